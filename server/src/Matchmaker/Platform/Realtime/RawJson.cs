using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// One JSON value as the bytes that came, to be written again as the bytes that came: the server relays it and never
/// rebuilds it. The reader has already checked that it is well-formed, so writing skips a second check.
/// </summary>
[JsonConverter(typeof(RawJsonConverter))]
internal readonly record struct RawJson(ReadOnlyMemory<byte> Bytes)
{
    private sealed class RawJsonConverter : JsonConverter<RawJson>
    {
        public override bool HandleNull => true;

        public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                // Nearly every signal is one string: copied as it stands, escapes and all.
                var length = checked((int)(reader.HasValueSequence ? reader.ValueSequence.Length : reader.ValueSpan.Length));
                var bytes = new byte[length + 2];
                bytes[0] = bytes[^1] = (byte)'"';
                if (reader.HasValueSequence)
                {
                    reader.ValueSequence.CopyTo(bytes.AsSpan(1));
                }
                else
                {
                    reader.ValueSpan.CopyTo(bytes.AsSpan(1));
                }

                return new RawJson(bytes);
            }

            using var document = JsonDocument.ParseValue(ref reader);
            return new RawJson(JsonMarshal.GetRawUtf8Value(document.RootElement).ToArray());
        }

        public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value.Bytes.Span, skipInputValidation: true);
    }
}
