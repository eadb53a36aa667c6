using System.Buffers.Binary;
using System.Buffers.Text;

namespace Matchmaker.Features.Reports;

/// <summary>Where a page of cases ended. A forged one is null.</summary>
/// <param name="IsUrgent">Of the last one.</param>
/// <param name="Score">Of the last one.</param>
/// <param name="At">When it was opened; a closed one: when it was closed.</param>
/// <param name="CaseId">Which it was.</param>
internal sealed record CaseCursor(bool IsUrgent, double Score, DateTimeOffset At, Guid CaseId)
{
    private const int Bytes = 1 + 8 + 8 + 16;

    public static CaseCursor After(ReviewCase last) => new(last.IsUrgent, last.Score, last.ClosedAt ?? last.OpenedAt, last.CaseId);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes[0] = IsUrgent ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteDoubleBigEndian(bytes[1..], Score);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], At.UtcTicks);
        CaseId.TryWriteBytes(bytes[17..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    public static CaseCursor? Read(string text)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != 44 || !Base64Url.IsValid(text) || !Base64Url.TryDecodeFromChars(text, bytes, out var n) || n != Bytes)
        {
            return null;
        }

        var ticks = BinaryPrimitives.ReadInt64BigEndian(bytes[9..]);
        return ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks
            ? null
            : new CaseCursor(
                bytes[0] != 0, BinaryPrimitives.ReadDoubleBigEndian(bytes[1..]), new DateTimeOffset(ticks, TimeSpan.Zero),
                new Guid(bytes[17..], bigEndian: true));
    }
}
