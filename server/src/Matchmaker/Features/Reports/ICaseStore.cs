namespace Matchmaker.Features.Reports;

/// <summary>Cases as those who decide them see them. Each change writes its audit entry in the same transaction.</summary>
internal interface ICaseStore
{
    Task<ReviewPage> Page(CaseQuery query);

    /// <summary>A case with its latest reports; null when there is none.</summary>
    Task<ReviewDetail?> Find(Guid caseId);

    Task<CaseChange> Claim(Guid caseId, Guid admin);

    /// <param name="caseId">Which.</param>
    /// <param name="admin">Who releases it.</param>
    /// <param name="others">Also what somebody else has claimed.</param>
    Task<CaseChange> Release(Guid caseId, Guid admin, bool others);

    /// <summary>Decides all reports of a case. The hold that they caused ends when they were dismissed, or when somebody has taken a measure.</summary>
    Task<CaseChange> Close(Guid caseId, Guid admin, CaseOutcome outcome, string? note);

    /// <summary>The chat of a report, oldest first; that it was read, and why, is in the audit. Null when there is no such report.</summary>
    Task<IReadOnlyList<ReportedLine>?> ReadChat(Guid caseId, Guid reportId, Guid admin, string reason);

    /// <summary>Open cases, and the urgent ones of them.</summary>
    Task<CaseCount> Count();

    /// <summary>What waits, and for how long: one look at the index of open cases.</summary>
    Task<CaseBacklog> Backlog();

    Task<ReviewStats> Stats();
}

internal readonly record struct CaseCount(int Open, int Urgent);

/// <param name="Open">Cases.</param>
/// <param name="Urgent">Of them.</param>
/// <param name="OldestSeconds">Since the oldest of them was opened; 0 without one.</param>
/// <param name="UntouchedSeconds">The same of urgent ones that nobody has claimed or acted on.</param>
internal readonly record struct CaseBacklog(int Open, int Urgent, double OldestSeconds, double UntouchedSeconds);

/// <param name="Open">Cases.</param>
/// <param name="Urgent">Of them.</param>
/// <param name="Unclaimed">Of them.</param>
/// <param name="OldestOpenAt">When the oldest of them was opened.</param>
/// <param name="Reports">In the last 24 hours.</param>
/// <param name="Week">Cases closed in the last seven days, and how long each step took.</param>
/// <param name="Days">The last fourteen of UTC, the oldest first, today last.</param>
internal sealed record ReviewStats(
    int Open, int Urgent, int Unclaimed, DateTimeOffset? OldestOpenAt, int Reports, ReviewWeek Week, IReadOnlyList<ReviewDay> Days);

/// <param name="Closed">Cases decided.</param>
/// <param name="Upheld">Of them.</param>
/// <param name="DecisionSeconds">From the first report to the decision, the median of those.</param>
/// <param name="SlowDecisionSeconds">The same, 95th percentile.</param>
/// <param name="FirstActionSeconds">From the first report to the first claim, measure or decision, the median of the cases opened.</param>
/// <param name="SlowFirstActionSeconds">The same, 95th percentile.</param>
internal sealed record ReviewWeek(
    int Closed, int Upheld, int? DecisionSeconds, int? SlowDecisionSeconds, int? FirstActionSeconds, int? SlowFirstActionSeconds);

/// <param name="Day">Of UTC.</param>
/// <param name="Reports">Filed that day.</param>
/// <param name="Upheld">Cases decided so that day.</param>
/// <param name="Dismissed">Cases decided so that day.</param>
/// <param name="FirstActionSeconds">The median of the cases opened that day on which somebody has acted.</param>
/// <param name="SlowFirstActionSeconds">The same, 95th percentile.</param>
internal sealed record ReviewDay(DateOnly Day, int Reports, int Upheld, int Dismissed, int? FirstActionSeconds, int? SlowFirstActionSeconds);
