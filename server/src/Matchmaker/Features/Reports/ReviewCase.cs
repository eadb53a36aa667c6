using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Reports;

/// <summary>How somebody decided the reports about a person.</summary>
internal enum CaseOutcome
{
    Upheld,

    /// <summary>The person is vindicated: these reports never count again.</summary>
    Dismissed,
}

internal enum CaseState
{
    Open,

    /// <summary>Open and claimed by whoever asks.</summary>
    Mine,
    Closed,
}

/// <summary>All reports about one person that one decision answers.</summary>
/// <param name="CaseId">Which.</param>
/// <param name="Subject">The person as they are now.</param>
/// <param name="Score">What its reports weigh together.</param>
/// <param name="IsUrgent">Before all others.</param>
/// <param name="IsLocked">Kept from retention.</param>
/// <param name="Reasons">Each with how many reports gave it.</param>
/// <param name="Reports">How many.</param>
/// <param name="Reporters">By how many people.</param>
/// <param name="Networks">From how many networks.</param>
/// <param name="HasChat">Some report has lines of chat that may be read.</param>
/// <param name="OpenedAt">The first report.</param>
/// <param name="UpdatedAt">The last report, or the decision.</param>
/// <param name="ClaimedBy">Who looks at it.</param>
/// <param name="ClaimedAt">Since when.</param>
/// <param name="ClosedBy">Who decided it.</param>
/// <param name="ClosedAt">When.</param>
/// <param name="Outcome">How.</param>
/// <param name="Note">Why.</param>
internal sealed record ReviewCase(
    Guid CaseId, Card Subject, double Score, bool IsUrgent, bool IsLocked, IReadOnlyDictionary<Reason, int> Reasons, int Reports,
    int Reporters, int Networks, bool HasChat, DateTimeOffset OpenedAt, DateTimeOffset UpdatedAt, Guid? ClaimedBy, DateTimeOffset? ClaimedAt,
    Guid? ClosedBy, DateTimeOffset? ClosedAt, CaseOutcome? Outcome, string? Note);

/// <param name="State">Which cases.</param>
/// <param name="Admin">Who asks.</param>
/// <param name="Reason">Only those with a report that gives it.</param>
/// <param name="Search">The beginning of a name, or the id of a user or a case.</param>
/// <param name="Limit">How many at most.</param>
/// <param name="After">The end of the page before.</param>
internal sealed record CaseQuery(CaseState State, Guid Admin, Reason? Reason, string? Search, int Limit, CaseCursor? After);

/// <param name="Total">How many fit, up to <see cref="MaxTotal"/>.</param>
/// <param name="Urgent">Of them urgent.</param>
/// <param name="Cases">Open ones: urgent, then heavy, then old. Closed ones: the latest decision first.</param>
/// <param name="HasMore">There are more after these.</param>
internal sealed record ReviewPage(int Total, int Urgent, IReadOnlyList<ReviewCase> Cases, bool HasMore)
{
    public const int MaxTotal = 1000;
}

/// <param name="Case">The case.</param>
/// <param name="Reports">The latest first, at most <see cref="MaxReports"/>.</param>
internal sealed record ReviewDetail(ReviewCase Case, IReadOnlyList<ReviewReport> Reports)
{
    public const int MaxReports = 100;
}

internal enum CaseChange
{
    /// <summary>It is so now, also when it was so before.</summary>
    Done,
    NotFound,

    /// <summary>Somebody else has it.</summary>
    Claimed,
    AlreadyDecided,
}
