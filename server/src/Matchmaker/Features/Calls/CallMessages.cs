using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Calls;

/// <summary>How a call came to be.</summary>
internal enum CallOrigin
{
    Invite,
    Queue,
}

/// <summary>Why a call ended.</summary>
internal enum EndReason
{
    Hangup,
    Next,
    TimeUp,
    PartnerLost,
    Blocked,
    Banned,
    Shutdown,
}

/// <summary>Whether the end is in both histories: no when it was too short, pending while the database is away.</summary>
internal enum Recorded
{
    Yes,
    No,
    Pending,
}

internal enum PartnerState
{
    Away,
    Back,
}

/// <summary>A call as one of its two members sees it on one connection.</summary>
internal sealed record CallView(
    Guid CallId,
    Card Partner,
    int CallSeconds,
    DateTimeOffset EndsAt,
    int RemainingSeconds,
    bool Initiator,
    bool Polite,
    CallOrigin Origin,
    bool Here,
    int Rev);

internal sealed record CallEnded(
    Guid CallId, EndReason Reason, int Seconds, Recorded Recorded, DateTimeOffset? CooldownUntil, int Rev);

internal sealed record CallMoved(Guid CallId);

internal sealed record PartnerStatus(Guid CallId, PartnerState State, int? RemainingSeconds);

internal sealed record SocialsShared(Guid CallId, Guid From, IReadOnlyDictionary<string, string> Socials);

/// <summary>The answer to <c>EndCall</c>.</summary>
internal sealed record EndCallValue(int Seconds, Recorded Recorded);

internal sealed record HistoryEntry(
    Guid CallId, Card Partner, DateTimeOffset StartedAt, int Seconds, EndReason Reason, CallOrigin Origin, bool Reported);

internal sealed record HistoryPage(IReadOnlyList<HistoryEntry> Calls, string? NextCursor);
