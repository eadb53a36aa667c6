using System.Text;

namespace Matchmaker.Platform.Realtime;

/// <summary>A message for a connection on another instance: serialised once, where it was made, and delivered as it is.</summary>
internal sealed record Parcel(string ConnectionId, string? Supersede, ReadOnlyMemory<byte> Message)
{
    public static readonly Topic<Parcel> Topic = new("outbox.parcel", static p => p.ToBytes(), Read);

    // Two lengths of a byte each; both names are our own and short.
    private byte[] ToBytes()
    {
        var connection = Encoding.ASCII.GetBytes(ConnectionId);
        var supersede = Encoding.ASCII.GetBytes(Supersede ?? "");
        return [checked((byte)connection.Length), checked((byte)supersede.Length), .. connection, .. supersede, .. Message.Span];
    }

    private static Parcel Read(ReadOnlyMemory<byte> bytes)
    {
        var (connection, supersede) = (bytes.Span[0], bytes.Span[1]);
        return new Parcel(
            Encoding.ASCII.GetString(bytes.Span.Slice(2, connection)),
            supersede == 0 ? null : Encoding.ASCII.GetString(bytes.Span.Slice(2 + connection, supersede)),
            bytes[(2 + connection + supersede)..]);
    }
}
