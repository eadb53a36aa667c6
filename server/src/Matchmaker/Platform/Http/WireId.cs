using System.Buffers.Text;

namespace Matchmaker.Platform.Http;

/// <summary>
/// Ids on the wire: a uuid as 22 characters of base64url. To a client they are opaque; a string that is none of ours
/// becomes <see cref="Guid.Empty"/>, which names nothing, so a forged id is "not found" and never a parse error.
/// </summary>
internal static class WireId
{
    public static string Format(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    public static Guid Parse(string? text)
    {
        Span<byte> bytes = stackalloc byte[16];
        return text is { Length: 22 } && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var n) && n == 16
            ? new Guid(bytes, bigEndian: true)
            : Guid.Empty;
    }
}
