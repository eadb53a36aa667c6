using System.IO.Compression;
using System.Text.Json;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Calls;

/// <summary>
/// An old call as the archive keeps it: what both histories said and what was written. Packed as Brotli of JSON; fields
/// are only ever added.
/// </summary>
internal sealed record ArchivedCall(
    Guid CallId, DateTimeOffset StartedAt, int Seconds, string Reason, string Origin, IReadOnlyList<ArchivedView> Views,
    IReadOnlyList<ArchivedLine> Lines)
{
    private const int Quality = 5;
    private const int Window = 18;

    public byte[] Pack()
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(this, CallJson.Options);
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(json.Length)];
        return BrotliEncoder.TryCompress(json, packed, out var length, Quality, Window)
            ? packed[..length]
            : throw new InvalidOperationException("The buffer was made for the largest outcome.");
    }

    public static ArchivedCall Unpack(byte[] packed)
    {
        using var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<ArchivedCall>(brotli, CallJson.Options)!;
    }

    /// <summary>The entry in the history of one of the two; null when it is not in it (any more).</summary>
    public HistoryEntry? EntryOf(Guid userId) => Views.FirstOrDefault(view => view.UserId == userId) is { } view
        ? new HistoryEntry(CallId, view.Partner, StartedAt, Seconds, StoredWord.Parse<EndReason>(Reason), StoredWord.Parse<CallOrigin>(Origin), false)
        : null;

    /// <summary>Without lines of somebody who has erased the account: their history goes first, and by it they would be found here.</summary>
    public ArchivedCall OfItsMembers() => this with { Lines = [.. Lines.Where(line => Views.Any(view => view.UserId == line.From))] };

    /// <summary>Without what a user who erases the account had in it.</summary>
    public ArchivedCall Without(Guid userId) => this with
    {
        Views = [.. Views.Where(view => view.UserId != userId)
            .Select(view => view.Partner.Id == userId ? view with { Partner = Cards.Deleted(userId) } : view)],
        Lines = [.. Lines.Where(line => line.From != userId)],
    };
}

/// <summary>What the history of <paramref name="UserId"/> shows.</summary>
internal sealed record ArchivedView(Guid UserId, Card Partner);

internal sealed record ArchivedLine(Guid From, string ClientId, Guid Id, string Text, DateTimeOffset At);
