namespace Matchmaker.Features.Safety;

/// <summary>Something that goes into the audit.</summary>
/// <param name="Actor">The admin who did it; null when nobody decided, or a user did it about themselves.</param>
/// <param name="Action">A noun and a verb with a dot between, such as <c>measure.ban</c>.</param>
/// <param name="Subject">About what or whom: an id as text.</param>
/// <param name="Detail">What else is worth knowing, written as JSON. Never an address or a secret.</param>
internal sealed record AuditNote(Guid? Actor, string Action, string Subject, object Detail);

/// <param name="Number">From one on, without a gap.</param>
/// <param name="At">When.</param>
/// <param name="Actor">The admin who did it, or null.</param>
/// <param name="Action">What.</param>
/// <param name="Subject">About what or whom.</param>
/// <param name="Detail">JSON.</param>
internal sealed record AuditEntry(long Number, DateTimeOffset At, Guid? Actor, string Action, string Subject, string Detail);

/// <summary>An entry as it leaves the house.</summary>
internal sealed record AuditLine(long Number, string Line);

/// <summary>Which entries; null for all. <c>Action</c> is the whole of it or its first word.</summary>
internal sealed record AuditFilter(Guid? Actor = null, string? Action = null, string? Subject = null);

/// <summary>What a check of the whole chain found; nothing when it holds.</summary>
/// <param name="Entries">How many were read.</param>
/// <param name="Findings">Which entry was edited, which are missing, where the end was cut off.</param>
internal sealed record AuditCheck(long Entries, IReadOnlyList<string> Findings);
