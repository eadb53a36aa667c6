using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Reports;

/// <param name="ReportId">Made by the instance.</param>
/// <param name="CallId">In which the two met.</param>
/// <param name="Reporter">Who reports.</param>
/// <param name="SessionId">Their login, which knows where it comes from.</param>
/// <param name="Reason">Why.</param>
/// <param name="Note">In their words.</param>
internal sealed record NewReport(Guid ReportId, Guid CallId, Guid Reporter, Guid SessionId, Reason Reason, string? Note);

internal enum ReportOutcome
{
    Filed,

    /// <summary>No such call, none of theirs, or over for too long.</summary>
    NotFound,

    RateLimited,
}

/// <param name="Outcome">What became of it.</param>
/// <param name="ReportId">The first one about this call, when it was filed before.</param>
/// <param name="Reported">About whom.</param>
/// <param name="IsNew">It was not filed before.</param>
/// <param name="IsBlocked">The two do not meet.</param>
/// <param name="HoldId">The measure, when this report made the case heavy enough.</param>
/// <param name="RetryAfter">When one more may be filed.</param>
internal sealed record FiledReport(
    ReportOutcome Outcome, Guid ReportId = default, Guid Reported = default, bool IsNew = false, bool IsBlocked = false, Guid? HoldId = null,
    TimeSpan RetryAfter = default);

/// <summary>How often a reporter was right, of their last decided reports.</summary>
internal readonly record struct Accuracy(int Agreed, int Decided);

/// <summary>A line of the reported call.</summary>
internal sealed record ReportedLine(Guid From, string Text, DateTimeOffset At);

/// <summary>The lines of a reported call, oldest first.</summary>
internal sealed record ReportedChat(IReadOnlyList<ReportedLine> Lines);

/// <summary>A report as whoever filed it may see it again.</summary>
internal sealed record OwnReport(Guid ReportId, Guid CallId, Reason Reason, string? Note, DateTimeOffset CreatedAt);

/// <param name="ReportId">Which.</param>
/// <param name="CallId">In which the two met.</param>
/// <param name="Reporter">As they were then.</param>
/// <param name="Reported">As they were then.</param>
/// <param name="Accuracy">The reporter's, now.</param>
/// <param name="Reason">Why.</param>
/// <param name="Note">In the reporter's words.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="Network">From one: those of a case with the same number came from one network.</param>
/// <param name="Earlier">Reports about the person before this one.</param>
/// <param name="StartedAt">Of the call.</param>
/// <param name="Seconds">Of the call; so far, when it was running.</param>
/// <param name="Origin">Of the call.</param>
/// <param name="EndReason">Null when the call was running.</param>
/// <param name="ChatLines">Lines of its chat that are kept.</param>
internal sealed record ReviewReport(
    Guid ReportId, Guid CallId, Card Reporter, Card Reported, Accuracy Accuracy, Reason Reason, string? Note, DateTimeOffset CreatedAt,
    int Network, int Earlier, DateTimeOffset StartedAt, int Seconds, CallOrigin Origin, EndReason? EndReason, int ChatLines);
