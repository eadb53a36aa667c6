using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Reports;

/// <summary>
/// Cases and reports of an embedded server, for its two stores; everything under the embedded lock. Bounded: beyond
/// <see cref="MaxReports"/> or <see cref="MaxBytes"/> a decided case goes, the oldest decision first, or else the one that
/// matters least, with its reports.
/// Invariant: a report is in <c>_byCall</c>, in <c>_reports</c>, and in the list of its case, which is in <c>_cases</c>; a
/// person's open case is in <c>_open</c>.
/// </summary>
internal sealed class InMemoryReports
{
    public const int MaxReports = 10_000;

    /// <summary>By estimate, with the chat: a thirtieth of a process of 512 MB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    private readonly EmbeddedLock _embedded;
    private readonly Dictionary<Guid, CaseRow> _cases = [];
    private readonly Dictionary<Guid, CaseRow> _open = [];
    private readonly Dictionary<(Guid CallId, Guid Reporter), ReportRow> _byCall = [];
    private readonly List<ReportRow> _reports = [];
    private long _bytes;
    private long _dropped;

    public InMemoryReports(EmbeddedLock embedded, InMemoryAccountStore accounts)
    {
        _embedded = embedded;
        accounts.Erasing += Erase;
    }

    public Lock Gate => _embedded.Gate;

    public (int Count, long Bytes, long Dropped) Figures
    {
        get
        {
            lock (Gate)
            {
                return (_reports.Count, _bytes, _dropped);
            }
        }
    }

    /// <summary>Under the lock: all reports, in the order in which they were filed.</summary>
    public IReadOnlyList<ReportRow> Reports => _reports;

    /// <summary>Under the lock.</summary>
    public IEnumerable<CaseRow> Cases => _cases.Values;

    public CaseRow? FindCase(Guid caseId) => _cases.GetValueOrDefault(caseId);

    public ReportRow? Find(Guid callId, Guid reporter) => _byCall.GetValueOrDefault((callId, reporter));

    /// <summary>Adds a report to the open case of its person, which it opens if need be.</summary>
    public CaseRow Add(ReportRow report)
    {
        if (!_open.TryGetValue(report.Reported.Id, out var of))
        {
            of = new CaseRow(Guid.NewGuid(), report.Reported.Id, report.CreatedAt);
            _open.Add(of.Subject, of);
            _cases.Add(of.CaseId, of);
        }

        report.Case = of;
        of.Reports.Add(report);
        of.UpdatedAt = report.CreatedAt;
        of.SubjectName = report.Reported.Name;
        of.IsUrgent |= report.Reason == Reason.MinorSafety;
        of.IsLocked |= report.Reason == Reason.MinorSafety;
        of.Weight = Weighing.Of(of.Reports.Select(r => new WeighedReport(r.Reporter.Id, r.Network, r.Weight)));
        _reports.Add(report);
        _byCall.Add((report.CallId, report.Reporter.Id), report);
        _bytes += report.Bytes;
        while (_reports.Count > MaxReports || _bytes > MaxBytes)
        {
            var least = _cases.Values.Where(c => c != of).OrderByDescending(c => c.ClosedAt is not null).ThenBy(c => c.ClosedAt)
                .ThenBy(c => c.IsUrgent).ThenBy(c => c.Weight.Score).ThenBy(c => c.OpenedAt).FirstOrDefault();
            if (least is null)
            {
                break;
            }

            _dropped += least.Reports.Count;
            Remove(least);
        }

        return of;
    }

    public void Close(CaseRow row) => _open.Remove(row.Subject);

    public void Remove(CaseRow row)
    {
        _cases.Remove(row.CaseId);
        if (_open.GetValueOrDefault(row.Subject) == row)
        {
            _open.Remove(row.Subject);
        }

        foreach (var report in row.Reports)
        {
            _byCall.Remove((report.CallId, report.Reporter.Id));
            _bytes -= report.Bytes;
        }

        _reports.RemoveAll(r => r.Case == row);
    }

    /// <summary>Changes a report; what it weighs is kept up.</summary>
    public void Change(ReportRow report, Action<ReportRow> change)
    {
        _bytes -= report.Bytes;
        change(report);
        _bytes += report.Bytes;
    }

    // Their card says so from now on. What they wrote stays while the case is open or locked.
    private void Erase(Guid userId)
    {
        foreach (var report in _reports.Where(r => r.Reporter.Id == userId || r.Reported.Id == userId))
        {
            Change(report, r =>
            {
                r.Reporter = r.Reporter.Id == userId ? Cards.Deleted(userId) : r.Reporter;
                r.Reported = r.Reported.Id == userId ? Cards.Deleted(userId) : r.Reported;
                if (!r.Case.KeepsWhatWasWritten)
                {
                    InMemoryReportStore.Forget(r, userId);
                }
            });
        }

        foreach (var of in _cases.Values.Where(c => c.Subject == userId))
        {
            of.SubjectName = Cards.Deleted(userId).Name;
        }
    }

    internal sealed class CaseRow(Guid caseId, Guid subject, DateTimeOffset openedAt)
    {
        public Guid CaseId => caseId;

        public Guid Subject => subject;

        public DateTimeOffset OpenedAt => openedAt;

        public string SubjectName { get; set; } = "";

        public DateTimeOffset UpdatedAt { get; set; }

        public bool IsUrgent { get; set; }

        public bool IsLocked { get; set; }

        public CaseWeight Weight { get; set; }

        public Guid? ClaimedBy { get; set; }

        public DateTimeOffset? ClaimedAt { get; set; }

        public DateTimeOffset? ActedAt { get; set; }

        public DateTimeOffset? ClosedAt { get; set; }

        public Guid? ClosedBy { get; set; }

        public CaseOutcome? Outcome { get; set; }

        public string? Note { get; set; }

        /// <summary>In the order of their times.</summary>
        public List<ReportRow> Reports { get; } = [];

        public bool KeepsWhatWasWritten => ClosedAt is null || IsLocked;

        public Dictionary<Reason, int> Reasons => Reports.GroupBy(r => r.Reason).ToDictionary(g => g.Key, g => g.Count());

        public ReviewCase View(Card subject) => new(
            CaseId, subject, Weight.Score, IsUrgent, IsLocked, Reasons, Weight.Reports, Weight.Reporters, Weight.Networks,
            Reports.Exists(r => r.Chat.Count > 0), OpenedAt, UpdatedAt, ClaimedBy, ClaimedAt, ClosedBy, ClosedAt, Outcome, Note);
    }

    internal sealed class ReportRow(NewReport report, DateTimeOffset createdAt, CallFacts call, string? network, double weight, int earlier)
    {
        public Guid ReportId => report.ReportId;

        public Guid CallId => report.CallId;

        public Reason Reason => report.Reason;

        public DateTimeOffset CreatedAt => createdAt;

        public CallFacts Call => call;

        public string? Network => network;

        public double Weight => weight;

        public int Earlier => earlier;

        public required Card Reporter { get; set; }

        public required Card Reported { get; set; }

        public string? Note { get; set; } = report.Note;

        public IReadOnlyList<ReportedLine> Chat { get; set; } = [];

        public CaseRow Case { get; set; } = null!;

        public CaseOutcome? Decided => Case.Outcome;

        public int Bytes => 500 + Reporter.Weigh() + Reported.Weigh() + (2 * (Note?.Length ?? 0)) + Chat.Sum(line => 80 + (2 * line.Text.Length));
    }
}
