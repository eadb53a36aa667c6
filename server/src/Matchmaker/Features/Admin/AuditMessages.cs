using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Admin;

/// <summary>Answer of <c>GET /api/admin/audit</c>.</summary>
internal sealed record AuditPage(IReadOnlyList<AuditEntryView> Entries, string? NextCursor);

/// <param name="Actor">Absent: the server, a user about themselves, or the operator.</param>
internal sealed record AuditEntryView(long Number, DateTimeOffset At, AdminName? Actor, string Action, string Subject, RawJson Detail);

/// <summary>Answer of <c>GET /api/admin/audit/verify</c>.</summary>
internal sealed record AuditVerdict(bool Holds, long Entries, IReadOnlyList<string> Findings);
