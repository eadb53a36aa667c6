using System.Buffers.Binary;
using System.Text;

namespace Matchmaker.Platform.Redis;

/// <summary>
/// What travels: a version, the publisher (one process, never used again), its sequence on this channel, the topic, and
/// then the message as the topic has it.
/// </summary>
internal readonly record struct Envelope(string Publisher, long Sequence, string Topic, ReadOnlyMemory<byte> Message)
{
    private const byte Version = 1;
    private const int MaxName = 255;

    public byte[] ToBytes()
    {
        var publisher = Encoding.UTF8.GetByteCount(Publisher);
        var topic = Encoding.UTF8.GetByteCount(Topic);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(publisher, topic), MaxName);
        var bytes = new byte[11 + publisher + topic + Message.Length];
        var rest = bytes.AsSpan();
        rest[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(rest[1..], Sequence);
        rest[9] = (byte)publisher;
        rest = rest[10..];
        Encoding.UTF8.GetBytes(Publisher, rest);
        rest = rest[publisher..];
        rest[0] = (byte)topic;
        Encoding.UTF8.GetBytes(Topic, rest[1..]);
        Message.Span.CopyTo(rest[(1 + topic)..]);
        return bytes;
    }

    /// <summary>Null for what is none of ours, or of a version to come.</summary>
    public static Envelope? Read(ReadOnlyMemory<byte> bytes)
    {
        var all = bytes.Span;
        if (all.Length < 11 || all[0] != Version || all.Length < 11 + all[9])
        {
            return null;
        }

        var publisher = all.Slice(10, all[9]);
        var at = 10 + publisher.Length;
        var topic = all[at];
        return all.Length < at + 1 + topic ? null : new Envelope(
            Encoding.UTF8.GetString(publisher), BinaryPrimitives.ReadInt64LittleEndian(all[1..]),
            Encoding.UTF8.GetString(all.Slice(at + 1, topic)), bytes[(at + 1 + topic)..]);
    }
}
