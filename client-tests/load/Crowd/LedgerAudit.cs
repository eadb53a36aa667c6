using System.Collections.Concurrent;
using System.Diagnostics;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>
/// Compares the ledger with what the server says over HTTP: what was acknowledged is stored, each call in both histories
/// once, and nothing is stored that never happened.
/// </summary>
/// <param name="prefix">Of the figures, when there is more than one audit.</param>
/// <param name="embedded">The server's own stores, which let the oldest go (operations.md): those are not asked for.</param>
internal sealed class LedgerAudit(Ledger ledger, Population population, Report report, bool embedded, string prefix = "")
{
    private const int EmbeddedCallsOfUser = 200;
    private const int EmbeddedCallsWithLines = 5000;

    /// <summary>A length that was told before it was written may be off by this much.</summary>
    private const int PendingSlack = 1;

    private const int HistoryFromSeconds = 5;
    private static readonly TimeSpan LinesPatience = TimeSpan.FromSeconds(90);

    private long _entries;
    private long _linesFound;
    private long _linesUnacknowledged;
    private long _callsRead;
    private long _missedWhileAway;

    public async Task Run()
    {
        var begin = Stopwatch.GetTimestamp();
        var calls = ledger.Calls.OrderByDescending(call => call.Began).ToArray();
        MissedWhileAway(calls);
        foreach (var call in calls.Where(call => !call.IsOver))
        {
            report.Fail($"call {call.Id}: its two people did not both hear of its start and its end");
        }

        await Histories(calls);
        await Lines(calls);
        report.Figure(Name("ledgerCalls"), (long)ledger.Count);
        report.Figure(Name("endsNobodyAskedFor"), ledger.Unasked);
        report.Figure(Name("ledgerLines"), ledger.Lines);
        report.Figure(Name("callsMissedWhileAway"), _missedWhileAway);
        report.Figure(Name("historyRows"), _entries);
        report.Figure(Name("callsReadWithLines"), _callsRead);
        report.Figure(Name("linesFound"), _linesFound);
        report.Figure(Name("linesUnacknowledged"), _linesUnacknowledged);
        report.Figure(Name("auditSeconds"), Stopwatch.GetElapsedTime(begin).TotalSeconds, "s");
        report.Expect("calls beyond what the ledger remembers", 0L, ledger.Forgotten);
    }

    private string Name(string figure) => prefix.Length == 0 ? figure : $"{prefix}{char.ToUpperInvariant(figure[0])}{figure[1..]}";

    /// <summary>A call of which one of the two never heard, because it began and ended while they had no connection.</summary>
    private void MissedWhileAway(LedgerCall[] calls)
    {
        var members = ledger.Members.ToDictionary(member => member.Id);
        foreach (var (call, side) in calls.Where(call => call.Read().Sides.Count == 1).Select(call => (call, call.Read().Sides.Values.First())))
        {
            if (side.End is not null && members.GetValueOrDefault(side.PartnerId) is { TimesLost: > 0 } partner)
            {
                var told = members.Values.First(member => call.Read().Sides.ContainsKey(member.Number));
                call.Missed(partner.Number, told.Id);
                _missedWhileAway++;
            }
        }
    }

    private async Task Histories(LedgerCall[] calls)
    {
        var ofMember = new ConcurrentDictionary<int, List<(string CallId, LedgerCall.Side Side)>>();
        foreach (var call in calls)
        {
            foreach (var (number, side) in call.Read().Sides)
            {
                ofMember.GetOrAdd(number, _ => []).Add((call.Id, side));
            }
        }

        await population.Each(ledger.Members, async (member, cancel) =>
        {
            var stored = await History(member, cancel);
            Interlocked.Add(ref _entries, stored.Count);
            Compare(member, ofMember.GetValueOrDefault(member.Number) ?? [], stored);
        });
        population.Settle("history");
    }

    private async Task<List<HistoryEntry>> History(Member member, CancellationToken cancel)
    {
        var all = new List<HistoryEntry>();
        string? cursor = null;
        do
        {
            var page = await population.Api.History(member.Server, member.Token, cursor, cancel);
            all.AddRange(page.Calls);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    private void Compare(Member member, List<(string CallId, LedgerCall.Side Side)> known, List<HistoryEntry> stored)
    {
        var who = $"user {member.Number}";
        var byId = stored.ToLookup(entry => entry.CallId);
        foreach (var twice in byId.Where(entries => entries.Count() > 1))
        {
            report.Fail($"{who}: call {twice.Key} is in the history {twice.Count()} times");
        }

        var happened = known.ToDictionary(call => call.CallId, call => call.Side);
        foreach (var entry in stored)
        {
            if (happened.TryGetValue(entry.CallId, out var side) && side is { End: null, MissedEnd: true })
            {
                continue; // both were away when it ended
            }

            if (side?.PartnerId != entry.Partner.Id || side.End is not { } end)
            {
                report.Fail($"{who}: call {entry.CallId} with {entry.Partner.Id} is in the history and never happened");
                continue;
            }

            var slack = end.Recorded == "pending" ? PendingSlack : 0;
            if (end.Recorded == "no" || entry.Reason != end.Reason || Math.Abs(entry.Seconds - end.Seconds) > slack)
            {
                report.Fail($"{who}: call {entry.CallId} was told as {end} and is in the history as {entry.Reason} after {entry.Seconds} s");
            }
        }

        var expected = embedded ? known.Take(EmbeddedCallsOfUser) : known;
        foreach (var (callId, side) in expected.Where(call => call.Side.End is { } end && MustBeStored(end) && !byId.Contains(call.CallId)))
        {
            report.Fail($"{who}: call {callId} was told as {side.End} and is not in the history");
        }
    }

    /// <summary>Told as recorded; or as pending and surely long enough.</summary>
    private static bool MustBeStored(CallEnded end) =>
        end.Recorded == "yes" || (end.Recorded == "pending" && end.Seconds >= HistoryFromSeconds + PendingSlack);

    private async Task Lines(LedgerCall[] calls)
    {
        var begin = Stopwatch.GetTimestamp();
        var members = ledger.Members.ToDictionary(member => member.Number);
        var readable = calls.Where(call => call.Read().Sides.Any(side => side.Value.End is { } end && MustBeStored(end)));
        var chosen = (embedded ? readable.Take(EmbeddedCallsWithLines / 2) : readable).ToArray();
        await population.Each(chosen, async (call, cancel) =>
        {
            if (Stopwatch.GetElapsedTime(begin) < LinesPatience)
            {
                var (sides, lines, tried) = call.Read();
                var member = members[sides.Keys.First()];
                Compare(call.Id, await population.Api.Call(member.Server, member.Token, call.Id, cancel), lines, tried);
            }
        });
        population.Settle("chat of the history");
        if (_callsRead < chosen.Length)
        {
            report.Fail($"within {LinesPatience.TotalSeconds} s the chat of {_callsRead} of {chosen.Length} calls could be read");
        }
    }

    private void Compare(string callId, HistoryDetail detail, IReadOnlyCollection<Int128> lines, int tried)
    {
        Interlocked.Increment(ref _callsRead);
        Interlocked.Add(ref _linesFound, detail.Messages.Length);
        var stored = detail.Messages.Select(line => Ledger.Number(line.Id)).ToHashSet();
        report.Expect($"lines of call {callId} that are there once", detail.Messages.Length, stored.Count);
        var missing = lines.Count(line => !stored.Contains(line));
        if (missing > 0)
        {
            report.Fail($"call {callId}: {missing} of {lines.Count} acknowledged lines are not stored");
        }

        // What was sent and not answered may be there or not; what nobody sent may not.
        Interlocked.Add(ref _linesUnacknowledged, stored.Count - lines.Count + missing);
        if (stored.Count > tried)
        {
            report.Fail($"call {callId}: {stored.Count} lines are stored and {tried} were sent");
        }
    }
}
