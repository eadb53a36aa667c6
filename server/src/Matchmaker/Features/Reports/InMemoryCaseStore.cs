using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;

namespace Matchmaker.Features.Reports;

/// <summary>Cases of an embedded server.</summary>
internal sealed class InMemoryCaseStore(
    InMemoryReports rows, InMemoryReportStore reports, InMemoryAccountStore accounts, InMemoryMeasureStore measures, InMemoryAuditStore audit,
    TimeProvider time) : ICaseStore
{
    private const int Days = 14;

    public Task<ReviewPage> Page(CaseQuery query)
    {
        lock (rows.Gate)
        {
            var fit = rows.Cases.Where(c => Fits(c, query)).ToList();
            var inOrder = query.State == CaseState.Closed
                ? fit.OrderByDescending(c => c.ClosedAt).ThenByDescending(c => Bytes(c.CaseId), StringComparer.Ordinal)
                : fit.OrderByDescending(c => c.IsUrgent).ThenByDescending(c => c.Weight.Score).ThenBy(c => c.OpenedAt)
                    .ThenBy(c => Bytes(c.CaseId), StringComparer.Ordinal);
            var page = inOrder.Select(View).Where(c => query.After is not { } after || IsAfter(c, after)).Take(query.Limit + 1).ToList();
            return Task.FromResult(new ReviewPage(
                Math.Min(fit.Count, ReviewPage.MaxTotal), Math.Min(fit.Count(c => c.IsUrgent), ReviewPage.MaxTotal),
                [.. page.Take(query.Limit)], page.Count > query.Limit));
        }
    }

    public Task<ReviewDetail?> Find(Guid caseId)
    {
        lock (rows.Gate)
        {
            if (rows.FindCase(caseId) is not { } row)
            {
                return Task.FromResult<ReviewDetail?>(null);
            }

            var networks = row.Reports.Select(r => r.Network ?? "").Distinct().ToList();
            return Task.FromResult<ReviewDetail?>(new ReviewDetail(
                View(row), [.. Enumerable.Reverse(row.Reports).Take(ReviewDetail.MaxReports).Select(r => View(r, networks))]));
        }
    }

    public Task<CaseChange> Claim(Guid caseId, Guid admin) => Change(caseId, row =>
    {
        if (row.ClaimedBy is { } by)
        {
            return by == admin ? CaseChange.Done : CaseChange.Claimed;
        }

        var now = time.GetUtcNow();
        (row.ClaimedBy, row.ClaimedAt, row.ActedAt) = (admin, now, row.ActedAt ?? now);
        audit.AppendLocked(new AuditNote(admin, "case.claim", row.CaseId.ToString(), new { row.Subject }));
        return CaseChange.Done;
    });

    public Task<CaseChange> Release(Guid caseId, Guid admin, bool others) => Change(caseId, row =>
    {
        if (row.ClaimedBy is not { } by)
        {
            return CaseChange.Done;
        }

        if (by != admin && !others)
        {
            return CaseChange.Claimed;
        }

        (row.ClaimedBy, row.ClaimedAt) = (null, null);
        audit.AppendLocked(new AuditNote(admin, "case.release", row.CaseId.ToString(), new { row.Subject, ClaimedBy = by }));
        return CaseChange.Done;
    });

    public Task<CaseChange> Close(Guid caseId, Guid admin, CaseOutcome outcome, string? note) => Change(caseId, row =>
    {
        if (row.ClaimedBy is { } by && by != admin)
        {
            return CaseChange.Claimed;
        }

        var now = time.GetUtcNow();
        (row.ClosedAt, row.ClosedBy, row.Outcome, row.Note, row.UpdatedAt, row.ActedAt) = (now, admin, outcome, note, now, row.ActedAt ?? now);
        row.IsLocked &= outcome == CaseOutcome.Upheld;
        rows.Close(row);
        foreach (var report in row.KeepsWhatWasWritten ? [] : row.Reports)
        {
            foreach (var user in new[] { report.Reporter.Id, report.Reported.Id }.Where(u => accounts.FindLocked(u) is null))
            {
                rows.Change(report, r => InMemoryReportStore.Forget(r, user));
            }
        }

        var ofCase = measures.OfCaseLocked(row.CaseId).ToList();
        if (outcome == CaseOutcome.Dismissed || ofCase.Exists(m => m.DecidedBy is not null))
        {
            foreach (var hold in ofCase.Where(m => m.DecidedBy is null))
            {
                _ = measures.Lift(hold.MeasureId, admin, "its case was closed"); // done when it returns: the lock is held here
            }
        }

        audit.AppendLocked(new AuditNote(
            admin, outcome == CaseOutcome.Upheld ? "case.upheld" : "case.dismissed", row.CaseId.ToString(),
            new { row.Subject, row.Weight.Reports, Note = note }));
        return CaseChange.Done;
    }, row => row.Outcome == outcome);

    public Task<IReadOnlyList<ReportedLine>?> ReadChat(Guid caseId, Guid reportId, Guid admin, string reason)
    {
        lock (rows.Gate)
        {
            if (rows.FindCase(caseId)?.Reports.Find(r => r.ReportId == reportId) is not { } report)
            {
                return Task.FromResult<IReadOnlyList<ReportedLine>?>(null);
            }

            audit.AppendLocked(new AuditNote(
                admin, "case.read_chat", caseId.ToString(), new { ReportId = reportId, Subject = report.Reported.Id, Reason = reason }));
            return Task.FromResult<IReadOnlyList<ReportedLine>?>(report.Chat);
        }
    }

    public Task<CaseCount> Count()
    {
        lock (rows.Gate)
        {
            var open = rows.Cases.Where(c => c.ClosedAt is null).ToList();
            return Task.FromResult(new CaseCount(open.Count, open.Count(c => c.IsUrgent)));
        }
    }

    public Task<CaseBacklog> Backlog()
    {
        lock (rows.Gate)
        {
            var open = rows.Cases.Where(c => c.ClosedAt is null).ToList();
            return Task.FromResult(new CaseBacklog(
                open.Count, open.Count(c => c.IsUrgent), Age(open), Age(open.Where(c => c.IsUrgent && c.ActedAt is null))));
        }
    }

    private double Age(IEnumerable<InMemoryReports.CaseRow> cases) =>
        cases.Min(c => (DateTimeOffset?)c.OpenedAt) is { } oldest ? (time.GetUtcNow() - oldest).TotalSeconds : 0;

    public Task<ReviewStats> Stats()
    {
        lock (rows.Gate)
        {
            var now = time.GetUtcNow();
            var open = rows.Cases.Where(c => c.ClosedAt is null).ToList();
            var (closed, opened) = (
                rows.Cases.Where(c => c.ClosedAt > now.AddDays(-7)).ToList(), rows.Cases.Where(c => c.OpenedAt > now.AddDays(-7)).ToList());
            var decisions = closed.ConvertAll(c => (c.ClosedAt!.Value - c.OpenedAt).TotalSeconds);
            var acted = ActedSeconds(opened);
            return Task.FromResult(new ReviewStats(
                open.Count, open.Count(c => c.IsUrgent), open.Count(c => c.ClaimedBy is null), open.Min(c => (DateTimeOffset?)c.OpenedAt),
                rows.Reports.Count(r => r.CreatedAt > now.AddDays(-1)),
                new ReviewWeek(
                    closed.Count, closed.Count(c => c.Outcome == CaseOutcome.Upheld), Percentile(decisions, 0.5), Percentile(decisions, 0.95),
                    Percentile(acted, 0.5), Percentile(acted, 0.95)),
                [.. Enumerable.Range(0, Days).Select(i => Day(DateOnly.FromDateTime(now.UtcDateTime).AddDays(i + 1 - Days)))]));
        }
    }

    private ReviewDay Day(DateOnly day)
    {
        bool Is(DateTimeOffset? at) => at is { } t && DateOnly.FromDateTime(t.UtcDateTime) == day;
        var acted = ActedSeconds([.. rows.Cases.Where(c => Is(c.OpenedAt))]);
        return new ReviewDay(
            day, rows.Reports.Count(r => Is(r.CreatedAt)), rows.Cases.Count(c => Is(c.ClosedAt) && c.Outcome == CaseOutcome.Upheld),
            rows.Cases.Count(c => Is(c.ClosedAt) && c.Outcome == CaseOutcome.Dismissed), Percentile(acted, 0.5), Percentile(acted, 0.95));
    }

    private List<double> ActedSeconds(List<InMemoryReports.CaseRow> cases) =>
    [
        .. from c in cases
           let measure = measures.OfCaseLocked(c.CaseId).Where(m => m.DecidedBy is not null).Min(m => (DateTimeOffset?)m.TakenAt)
           let at = c.ActedAt is { } acted && !(measure < acted) ? acted : measure
           where at is not null
           select (at.Value - c.OpenedAt).TotalSeconds,
    ];

    /// <summary>As <c>percentile_cont</c> does it.</summary>
    private static int? Percentile(List<double> values, double part)
    {
        if (values.Count == 0)
        {
            return null;
        }

        values.Sort();
        var at = part * (values.Count - 1);
        var (below, above) = (values[(int)Math.Floor(at)], values[(int)Math.Ceiling(at)]);
        return (int)Math.Round(below + ((above - below) * (at - Math.Floor(at))));
    }

    private Task<CaseChange> Change(
        Guid caseId, Func<InMemoryReports.CaseRow, CaseChange> change, Func<InMemoryReports.CaseRow, bool>? isSo = null)
    {
        lock (rows.Gate)
        {
            return Task.FromResult(rows.FindCase(caseId) is not { } row ? CaseChange.NotFound
                : row.ClosedAt is null ? change(row)
                : isSo?.Invoke(row) is true ? CaseChange.Done
                : CaseChange.AlreadyDecided);
        }
    }

    private static bool Fits(InMemoryReports.CaseRow c, CaseQuery query) =>
        (c.ClosedAt is not null) == (query.State == CaseState.Closed)
        && (query.State != CaseState.Mine || c.ClaimedBy == query.Admin)
        && (query.Reason is not { } reason || c.Reports.Exists(r => r.Reason == reason))
        && (query.Search is not { } search || c.SubjectName.StartsWith(search, StringComparison.OrdinalIgnoreCase)
            || (WireId.Parse(search) is var id && id != Guid.Empty && (id == c.CaseId || id == c.Subject)));

    private static bool IsAfter(ReviewCase c, CaseCursor after)
    {
        int[] orders = c.ClosedAt is { } closedAt
            ? [after.At.CompareTo(closedAt), string.CompareOrdinal(Bytes(after.CaseId), Bytes(c.CaseId))]
            : [
                after.IsUrgent.CompareTo(c.IsUrgent), after.Score.CompareTo(c.Score), c.OpenedAt.CompareTo(after.At),
                string.CompareOrdinal(Bytes(c.CaseId), Bytes(after.CaseId)),
            ];
        return Array.Find(orders, order => order != 0) > 0;
    }

    private ReviewCase View(InMemoryReports.CaseRow row) => row.View(accounts.FindLocked(row.Subject) ?? Cards.Deleted(row.Subject));

    private ReviewReport View(InMemoryReports.ReportRow r, List<string> networks) => new(
        r.ReportId, r.CallId, r.Reporter, r.Reported, reports.AccuracyLocked(r.Reporter.Id), r.Reason, r.Note, r.CreatedAt,
        networks.IndexOf(r.Network ?? "") + 1, r.Earlier, r.Call.StartedAt, r.Call.Seconds, r.Call.Origin, r.Call.Reason, r.Chat.Count);

    /// <summary>The order of PostgreSQL.</summary>
    private static string Bytes(Guid id) => id.ToString("N");
}
