using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Admin;

internal sealed record UserList(IReadOnlyList<UserSummary> Users);

internal sealed record UserSummary(Card Card, DateTimeOffset CreatedAt, StandingView? Standing);

/// <summary>Answer of <c>GET /api/admin/users/{userId}</c>.</summary>
/// <param name="CreatedAt">Absent when the account is erased.</param>
internal sealed record UserDetail(
    Card Card, DateTimeOffset? CreatedAt, StandingView? Standing, IReadOnlyList<MeasureView> Measures, IReadOnlyList<AppealDetail> Appeals,
    int ReportsAgainst, ReporterAccuracy ReportsBy, IReadOnlyList<HistoryEntry> Calls, int SharesAddressWith, int SharesNetworkWith);

/// <summary>Body of <c>POST /api/admin/users/{userId}/measures</c>.</summary>
internal sealed record MeasureRequest(
    Guid? MeasureId = null, MeasureKind? Kind = null, Reason? Reason = null, string? Text = null, int? DurationSeconds = null, Guid? CaseId = null);

/// <summary>Body of what ends a measure or an address ban.</summary>
internal sealed record LiftRequest(string? Note = null);

internal sealed record MeasureView(
    Guid MeasureId, Guid UserId, MeasureKind Kind, Reason Reason, string Text, Guid? CaseId, AdminName? DecidedBy, DateTimeOffset TakenAt,
    DateTimeOffset? Until, DateTimeOffset? LiftedAt, AdminName? LiftedBy, DateTimeOffset? SeenAt, bool InForce, bool MayLift);

internal sealed record AddressBanList(IReadOnlyList<AddressBanView> Bans);

internal sealed record AddressBanView(
    Guid BanId, AddressScope Scope, string? Label, Reason Reason, string Text, AdminName DecidedBy, DateTimeOffset TakenAt, DateTimeOffset Until,
    DateTimeOffset? LiftedAt, AdminName? LiftedBy, bool InForce);

internal sealed record AddressBanReach(int Users);

/// <summary>Body of <c>POST /api/admin/address-bans</c>: where a user is, or an address as typed.</summary>
internal sealed record AddressBanRequest(
    Guid? BanId = null, Guid? UserId = null, AddressScope? Scope = null, string? Cidr = null, Reason? Reason = null, string? Text = null,
    int? DurationSeconds = null);

internal sealed record AppealPage(int Total, IReadOnlyList<AppealDetail> Appeals, string? NextCursor);

internal sealed record AppealDetail(
    Guid AppealId, Card User, string Text, DateTimeOffset CreatedAt, MeasureView Measure, bool MayDecide, AdminName? DecidedBy,
    DateTimeOffset? DecidedAt, AppealOutcome? Outcome, string? Answer);

/// <summary>Body of <c>POST /api/admin/appeals/{appealId}/decide</c>.</summary>
internal sealed record DecideAppealRequest(AppealOutcome? Outcome = null, string? Answer = null);
