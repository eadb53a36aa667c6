using System.Buffers.Binary;
using System.Buffers.Text;

namespace Matchmaker.Features.Calls;

/// <summary>Where a page of history ended: start (microseconds, as PostgreSQL keeps it) and call. A forged one is null.</summary>
internal static class HistoryCursor
{
    public static string Write(HistoryEntry last) => Write(last.StartedAt, last.CallId);

    public static string Write(DateTimeOffset startedAt, Guid callId)
    {
        Span<byte> bytes = stackalloc byte[24];
        BinaryPrimitives.WriteInt64BigEndian(bytes, startedAt.UtcTicks);
        callId.TryWriteBytes(bytes[8..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    public static (DateTimeOffset StartedAt, Guid CallId)? Read(string cursor)
    {
        Span<byte> bytes = stackalloc byte[24];
        if (cursor.Length != 32 || !Base64Url.IsValid(cursor) || !Base64Url.TryDecodeFromChars(cursor, bytes, out var n) || n != 24)
        {
            return null;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks
            ? null
            : (new DateTimeOffset(ticks, TimeSpan.Zero), new Guid(bytes[8..], bigEndian: true));
    }
}
