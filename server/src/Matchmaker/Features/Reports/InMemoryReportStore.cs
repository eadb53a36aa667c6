using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Safety;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Reports;

/// <summary>
/// Reports of an embedded server. A call that was too short for the history can be reported for five minutes only. An account
/// that is erased is named in no report from that moment on; what was written stays while the case is open or locked.
/// </summary>
internal sealed class InMemoryReportStore(
    InMemoryReports rows, InMemoryAccountStore accounts, InMemoryCallStore calls, InMemoryChatStore chat, InMemorySafetyStore safety,
    InMemoryMeasureStore measures, TimeProvider time, IOptions<ReportOptions> options) : IReportStore
{
    public Task<FiledReport> File(NewReport report)
    {
        lock (rows.Gate)
        {
            if (rows.Find(report.CallId, report.Reporter) is { } known)
            {
                return Task.FromResult(Filed(known, isNew: false));
            }

            var (o, now) = (options.Value, time.GetUtcNow());
            if (calls.FactsLocked(report.CallId, report.Reporter) is not { } call || now - call.EndedAt >= o.Within)
            {
                return Task.FromResult(new FiledReport(ReportOutcome.NotFound));
            }

            var lately = rows.Reports.Where(r => r.Reporter.Id == report.Reporter && r.CreatedAt > now - o.Period).TakeLast(o.MaxInPeriod).ToList();
            if (lately.Count == o.MaxInPeriod)
            {
                return Task.FromResult(new FiledReport(ReportOutcome.RateLimited, RetryAfter: lately[0].CreatedAt + o.Period - now));
            }

            return Task.FromResult(AddLocked(report, call, now, o));
        }
    }

    public Task<IReadOnlySet<Guid>> ReportedBy(Guid userId, IReadOnlyCollection<Guid> ofCalls)
    {
        lock (rows.Gate)
        {
            return Task.FromResult<IReadOnlySet<Guid>>(ofCalls.Where(call => rows.Find(call, userId) is not null).ToHashSet());
        }
    }

    public Task<IReadOnlyList<OwnReport>> FiledBy(Guid userId, int limit)
    {
        lock (rows.Gate)
        {
            return Task.FromResult<IReadOnlyList<OwnReport>>(
            [
                .. rows.Reports.Where(r => r.Reporter.Id == userId).Reverse().Take(limit)
                    .Select(r => new OwnReport(r.ReportId, r.CallId, r.Reason, r.Note, r.CreatedAt)),
            ]);
        }
    }

    public Task<Accuracy> AccuracyOf(Guid userId)
    {
        lock (rows.Gate)
        {
            return Task.FromResult(AccuracyLocked(userId));
        }
    }

    public Task<int> CountAbout(Guid userId)
    {
        lock (rows.Gate)
        {
            return Task.FromResult(rows.Reports.Count(r => r.Reported.Id == userId));
        }
    }

    public Task<int> DropChat(int limit)
    {
        lock (rows.Gate)
        {
            var old = OldChat().Take(limit).ToList();
            foreach (var report in old.SelectMany(c => c.Reports))
            {
                rows.Change(report, r => r.Chat = []);
            }

            return Task.FromResult(old.Count);
        }
    }

    public Task<int> CountOldChat(int limit)
    {
        lock (rows.Gate)
        {
            return Task.FromResult(OldChat().Take(limit).Count());
        }
    }

    public Task<int> DeleteOld(int limit)
    {
        lock (rows.Gate)
        {
            var old = Old(options.Value.KeepFor).Take(limit).ToList();
            old.ForEach(rows.Remove);
            return Task.FromResult(old.Count);
        }
    }

    public Task<int> CountOld(int limit)
    {
        lock (rows.Gate)
        {
            return Task.FromResult(Old(options.Value.KeepFor).Take(limit).Count());
        }
    }

    /// <summary>Under the lock: how often somebody was right.</summary>
    public Accuracy AccuracyLocked(Guid userId)
    {
        var decided = rows.Reports.Where(r => r.Reporter.Id == userId && r.Decided is not null).TakeLast(Weighing.DecidedReports).ToList();
        return new Accuracy(decided.Count(r => r.Decided == CaseOutcome.Upheld), decided.Count);
    }

    /// <summary>What somebody who is gone has written in a report.</summary>
    public static void Forget(InMemoryReports.ReportRow report, Guid userId)
    {
        report.Chat = [.. report.Chat.Where(line => line.From != userId)];
        report.Note = report.Reporter.Id == userId ? null : report.Note;
    }

    private FiledReport AddLocked(NewReport report, CallFacts call, DateTimeOffset now, ReportOptions o)
    {
        var reported = accounts.FindLocked(call.Partner);
        if (reported is not null)
        {
            safety.BlockLocked(report.Reporter, call.Partner, max: int.MaxValue);
        }

        var (agreed, decided) = AccuracyLocked(report.Reporter);
        var row = new InMemoryReports.ReportRow(
            report, now, call, Network(accounts.KeysOfLocked(report.Reporter)), Weighing.OfReporter(agreed, decided),
            rows.Reports.Count(r => r.Reported.Id == call.Partner))
        {
            Reporter = accounts.FindLocked(report.Reporter) ?? Cards.Deleted(report.Reporter),
            Reported = reported ?? Cards.Deleted(call.Partner),
            Chat = [.. chat.LastLocked(report.CallId, o.MaxLines).Select(line => new ReportedLine(line.From, line.Text, line.At))],
        };
        var of = rows.Add(row);
        return Filed(row, isNew: true) with { HoldId = HoldLocked(of, reported is not null, o) };
    }

    // Held, never banned; and not once more when somebody has looked and let the person go.
    private Guid? HoldLocked(InMemoryReports.CaseRow of, bool hasAccount, ReportOptions o)
    {
        if (of.Weight.Score < o.HoldAt || !hasAccount || measures.BarredByLocked(of.Subject) is not null
            || measures.OfCaseLocked(of.CaseId).Any(m => m is { DecidedBy: null, LiftedAt: not null }))
        {
            return null;
        }

        var reason = of.Reasons.OrderByDescending(r => r.Value).ThenBy(r => r.Key.ToString(), StringComparer.Ordinal).First().Key;
        var hold = new NewMeasure(Guid.NewGuid(), of.Subject, MeasureKind.Hold, reason, IReportStore.HoldText, o.HoldFor, of.CaseId, null);
        _ = measures.Take(hold); // done when it returns: the lock is held here
        return hold.MeasureId;
    }

    private static string? Network(AddressKeys? from) => from is null ? null : Convert.ToHexString(from.Origin);

    private FiledReport Filed(InMemoryReports.ReportRow row, bool isNew) => new(
        ReportOutcome.Filed, row.ReportId, row.Reported.Id, isNew, safety.IsBlockedLocked(row.Reporter.Id, row.Reported.Id));

    private IEnumerable<InMemoryReports.CaseRow> OldChat() =>
        Old(options.Value.KeepChatFor).Where(c => c.Reports.Exists(r => r.Chat.Count > 0));

    private IEnumerable<InMemoryReports.CaseRow> Old(TimeSpan age)
    {
        var before = time.GetUtcNow() - age;
        return rows.Cases.Where(c => !c.IsLocked && c.ClosedAt < before).OrderBy(c => c.ClosedAt);
    }
}
