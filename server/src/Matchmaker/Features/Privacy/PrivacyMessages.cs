using Matchmaker.Features.Accounts;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Privacy;

/// <summary>All that is kept about the user who asks, and is theirs to know. Written piece by piece, see <see cref="Export"/>.</summary>
internal sealed record UserExport(
    DateTimeOffset ExportedAt,
    ExportedAccount Account,
    IReadOnlyList<Card> Blocked,
    IReadOnlyList<ExportedMeasure> Measures,
    IReadOnlyList<ExportedAppeal> Appeals,
    IReadOnlyList<ExportedReport> Reports,
    IReadOnlyList<HistoryDetail> Calls,
    string? NextCursor);

internal sealed record ExportedAccount(Card Card, DateTimeOffset CreatedAt, IReadOnlyList<ExportedLogin> Logins);

internal sealed record ExportedLogin(DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

internal sealed record ExportedMeasure(
    Guid MeasureId, MeasureKind Kind, Reason Reason, string Text, DateTimeOffset TakenAt, DateTimeOffset? Until, DateTimeOffset? LiftedAt);

internal sealed record ExportedAppeal(
    Guid MeasureId, string Text, DateTimeOffset CreatedAt, DateTimeOffset? DecidedAt, AppealOutcome? Outcome, string? Answer);

internal sealed record ExportedReport(Guid ReportId, Guid CallId, Reason Reason, string? Note, DateTimeOffset CreatedAt);
