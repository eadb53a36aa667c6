using System.Text.Json;

namespace Matchmaker.Load.Wire;

/// <summary>One record of SignalR's JSON protocol, cut into slices of the receive buffer; nothing is copied.</summary>
internal readonly ref struct HubRecord
{
    public const int Invocation = 1;
    public const int Completion = 3;
    public const int Ping = 6;
    public const int Close = 7;

    /// <summary>0 when absent, as in the answer to the handshake.</summary>
    public int Type { get; private init; }

    public ReadOnlySpan<byte> Target { get; private init; }

    public ReadOnlySpan<byte> InvocationId { get; private init; }

    /// <summary>The JSON array as it came.</summary>
    public ReadOnlySpan<byte> Arguments { get; private init; }

    /// <summary>The JSON value as it came.</summary>
    public ReadOnlySpan<byte> Result { get; private init; }

    public string? Error { get; private init; }

    public static HubRecord Parse(ReadOnlySpan<byte> json)
    {
        var type = 0;
        string? error = null;
        ReadOnlySpan<byte> target = default, invocationId = default, arguments = default, result = default;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("target"u8))
            {
                reader.Read();
                target = reader.ValueSpan;
            }
            else if (reader.ValueTextEquals("invocationId"u8))
            {
                reader.Read();
                invocationId = reader.ValueSpan;
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                arguments = Value(ref reader, json);
            }
            else if (reader.ValueTextEquals("result"u8))
            {
                result = Value(ref reader, json);
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                error = reader.GetString();
            }
            else
            {
                reader.Skip();
            }
        }

        return new HubRecord
        {
            Type = type,
            Target = target,
            InvocationId = invocationId,
            Arguments = arguments,
            Result = result,
            Error = error,
        };
    }

    /// <summary>Moves over the next value and gives its bytes.</summary>
    public static ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}
