namespace Matchmaker.Features.Calls;

/// <summary>The calls that a user has had, and which of them they have reported.</summary>
internal sealed class History(ICallStore store, IReportedCalls reported)
{
    /// <summary>Newest first; <paramref name="before"/> is the last entry of the page before.</summary>
    public async Task<IReadOnlyList<HistoryEntry>> Page(Guid userId, int limit, (DateTimeOffset StartedAt, Guid CallId)? before)
    {
        var entries = await store.History(userId, limit, before);
        if (entries.Count == 0)
        {
            return entries;
        }

        var mine = await reported.ReportedBy(userId, [.. entries.Select(e => e.CallId)]);
        return [.. entries.Select(e => e with { Reported = mine.Contains(e.CallId) })];
    }

    public async Task<HistoryEntry?> Find(Guid userId, Guid callId) => await store.FindInHistory(userId, callId) is { } entry
        ? entry with { Reported = (await reported.ReportedBy(userId, [callId])).Count > 0 }
        : null;
}
