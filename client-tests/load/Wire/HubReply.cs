using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Matchmaker.Load.Wire;

/// <summary>What a hub method answered: its value, or a refusal by code.</summary>
internal readonly record struct HubReply(string? Code, string? Message, byte[] Value, int? RetryAfterSeconds = null)
{
    /// <summary>When it came, in Stopwatch ticks.</summary>
    public long At { get; init; }


    public static HubReply From(HubRecord record)
    {
        if (record.Error is not null)
        {
            return new HubReply("exception", record.Error, []);
        }

        var ok = false;
        string? code = null, message = null;
        int? retryAfter = null;
        ReadOnlySpan<byte> value = default;
        var reader = new Utf8JsonReader(record.Result);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            if (reader.ValueTextEquals("ok"u8))
            {
                reader.Read();
                ok = reader.GetBoolean();
            }
            else if (reader.ValueTextEquals("value"u8))
            {
                value = HubRecord.Value(ref reader, record.Result);
            }
            else if (reader.ValueTextEquals("code"u8))
            {
                reader.Read();
                code = reader.GetString();
            }
            else if (reader.ValueTextEquals("message"u8))
            {
                reader.Read();
                message = reader.GetString();
            }
            else if (reader.ValueTextEquals("retryAfterSeconds"u8))
            {
                reader.Read();
                retryAfter = reader.GetInt32();
            }
        }

        return ok ? new HubReply(null, null, value.ToArray()) : new HubReply(code ?? "no_code", message, [], retryAfter);
    }

    /// <summary>True for an answer that says ok, at the price of one look; for the thousands nobody reads.</summary>
    public static bool SaysOk(HubRecord record) =>
        record.Result.StartsWith("{\"ok\":true"u8) || From(record).Code is null;

    /// <exception cref="RefusedException">The method said no.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
    {
        Require();
        return JsonSerializer.Deserialize(Value, type) ?? throw new RefusedException("bad_value", "null");
    }

    /// <exception cref="RefusedException">The method said no.</exception>
    public void Require()
    {
        if (Code is not null)
        {
            throw new RefusedException(Code, Message ?? "", RetryAfterSeconds);
        }
    }
}
