using System.Text.Json;
using Matchmaker.Platform.Http;

namespace Matchmaker.Platform.Realtime;

/// <summary>What instances tell each other, by name, and its form while it travels.</summary>
internal sealed record Topic<T>(string Name, Func<T, byte[]> Write, Func<ReadOnlyMemory<byte>, T> Read);

internal static class Topic
{
    // What an older instance does not send yet, and what is null, is absent.
    private static readonly JsonSerializerOptions _json = new(WireJson.Options) { RespectRequiredConstructorParameters = false };

    /// <summary>A record as JSON: fields may be added, as old and new instances run side by side during a deploy.</summary>
    public static Topic<T> Json<T>(string name) => new(
        name,
        static message => JsonSerializer.SerializeToUtf8Bytes(message, _json),
        static bytes => JsonSerializer.Deserialize<T>(bytes.Span, _json)!);
}
