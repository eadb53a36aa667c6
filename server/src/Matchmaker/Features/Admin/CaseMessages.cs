using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Admin;

/// <summary>Answer of <c>GET /api/admin/cases</c>.</summary>
internal sealed record CasePage(int Total, int Urgent, IReadOnlyList<CaseSummary> Cases, string? NextCursor);

internal sealed record CaseSummary(
    Guid CaseId, Card Subject, double Score, bool Urgent, bool Locked, IReadOnlyDictionary<Reason, int> Reasons, int Reports, int Reporters,
    int Networks, DateTimeOffset OpenedAt, DateTimeOffset UpdatedAt, AdminName? ClaimedBy, DateTimeOffset? ClaimedAt, StandingView? Standing,
    CaseOutcome? Outcome, AdminName? ClosedBy, DateTimeOffset? ClosedAt);

internal sealed record CaseDetail(
    CaseSummary Case, string? Note, IReadOnlyList<CaseReport> Reports, IReadOnlyList<MeasureView> Measures, bool HasChat);

/// <param name="Network">From 1: reports of the case with the same number came from one network.</param>
/// <param name="Earlier">Reports about the person before this one.</param>
internal sealed record CaseReport(
    Guid ReportId, Card Reporter, Card Subject, ReporterAccuracy Accuracy, Reason Reason, string? Note, DateTimeOffset CreatedAt, int Network,
    ReportedCall Call, int Earlier, int ChatLines);

internal sealed record ReporterAccuracy(int Agreed, int Decided);

internal sealed record ReportedCall(Guid CallId, DateTimeOffset StartedAt, int Seconds, CallOrigin Origin, EndReason? EndReason);

/// <summary>Body of <c>POST /api/admin/cases/{caseId}/close</c>.</summary>
internal sealed record CloseCaseRequest(CaseOutcome? Outcome = null, string? Note = null);

/// <summary>Body of <c>POST /api/admin/cases/{caseId}/chat</c>.</summary>
internal sealed record ReadChatRequest(Guid? ReportId = null, string? Reason = null);

internal sealed record CaseChat(IReadOnlyList<CaseChatLine> Lines);

internal sealed record CaseChatLine(Guid From, string Text, DateTimeOffset At);

/// <summary>Answer of <c>GET /api/admin/stats</c>.</summary>
internal sealed record CaseStats(
    int Open, int Urgent, int Unclaimed, DateTimeOffset? OldestOpenAt, int Appeals, int Reports, int Closed, int Upheld,
    int? FirstActionSeconds, int? SlowFirstActionSeconds, int? DecisionSeconds, int? SlowDecisionSeconds, int Holds, int Bans, int AddressBans,
    IReadOnlyList<CaseDay> Days);

internal sealed record CaseDay(string Day, int Reports, int Upheld, int Dismissed, int? FirstActionSeconds, int? SlowFirstActionSeconds);

/// <summary>How much there is to do.</summary>
internal sealed record CasesChanged(int Open, int Urgent, int Appeals);
