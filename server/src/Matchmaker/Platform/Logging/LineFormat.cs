using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Matchmaker.Platform.Logging;

/// <summary>
/// A log event as one line of JSON that hosts understand: <c>timestamp</c>, <c>level</c> (debug, info, warn, error),
/// <c>message</c>, then <c>event</c> and <c>eventName</c>, <c>category</c>, <c>state</c> (the scalars of the message),
/// <c>exception</c> (types, messages and stack in one string) and <c>suppressed</c>. Scopes are left out: they hold paths as
/// clients wrote them.
/// </summary>
internal static partial class LineFormat
{
    /// <summary>Characters of a message, and of a text in the state.</summary>
    public const int MaxText = 2000;

    /// <summary>Characters of an exception: what threw stands first.</summary>
    public const int MaxException = 16_000;

    private const string Hidden = "(hidden)";

    // As readable as JSON may be: nobody puts a log into a page unescaped. Line ends are always escaped.
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Line<TState>(
        DateTimeOffset at, LogLevel level, string category, EventId id, TState state, Exception? e, string message, int suppressed)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            json.WriteStartObject();
            json.WriteString("timestamp", at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("level", Word(level));
            json.WriteString("message", Clean(message, MaxText));
            if (id.Id != 0)
            {
                json.WriteNumber("event", id.Id);
            }

            if (id.Name is { } name)
            {
                json.WriteString("eventName", name);
            }

            json.WriteString("category", category);
            WriteState(json, state);
            if (e is not null)
            {
                json.WriteString("exception", Clean(e.ToString(), MaxException));
            }

            if (suppressed > 0)
            {
                json.WriteNumber("suppressed", suppressed);
            }

            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A level in the words of hosts.</summary>
    public static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    private static void WriteState<TState>(Utf8JsonWriter json, TState state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> { Count: > 0 } pairs)
        {
            return;
        }

        var isOpen = false;
        for (var i = 0; i < pairs.Count; i++)
        {
            var (name, value) = pairs[i];
            if (name == "{OriginalFormat}" || Scalar(value) is not { } scalar)
            {
                continue;
            }

            if (!isOpen)
            {
                json.WriteStartObject("state");
                isOpen = true;
            }

            json.WritePropertyName(JsonNamingPolicy.CamelCase.ConvertName(name));
            scalar(json);
        }

        if (isOpen)
        {
            json.WriteEndObject();
        }
    }

    /// <summary>How a scalar is written; null for anything else, which the message has in its own form.</summary>
    private static Action<Utf8JsonWriter>? Scalar(object? value) => value switch
    {
        null => json => json.WriteNullValue(),
        string text => json => json.WriteStringValue(Clean(text, MaxText)),
        bool flag => json => json.WriteBooleanValue(flag),
        int or long or short or byte or uint or ushort => json => json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        double number => json => json.WriteRawValue(double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "null"),
        Enum or Guid or TimeSpan or DateTimeOffset or DateTime or ulong or float or decimal or char =>
            json => json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture)),
        _ => null,
    };

    /// <summary>Bounded, and without what the framework may have put in from a query: a hub ticket opens a connection.</summary>
    private static string Clean(string text, int max)
    {
        if (text.Length > max)
        {
            text = string.Concat(text.AsSpan(0, max - (char.IsHighSurrogate(text[max - 1]) ? 1 : 0)), "…");
        }

        return text.Contains("access_token", StringComparison.OrdinalIgnoreCase) ? Ticket().Replace(text, "$1" + Hidden) : text;
    }

    [GeneratedRegex("(access_token(?:=|%3D))[^&\\s\"']*", RegexOptions.IgnoreCase)]
    private static partial Regex Ticket();
}
