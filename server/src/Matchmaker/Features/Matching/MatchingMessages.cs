using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;

namespace Matchmaker.Features.Matching;

/// <summary>What somebody wishes who joins the queue; what is absent comes from their profile, or does not matter.</summary>
internal sealed record QueueWishes(
    IReadOnlyList<Gender>? Wants = null,
    IReadOnlyList<string>? Languages = null,
    IReadOnlyList<string>? Interests = null,
    int? CallSeconds = null);

/// <summary>A place in the queue. <c>Position</c> is an estimate, since who fits decides.</summary>
internal sealed record QueueStatus(int Position, int Waiting, int EstimatedWaitSeconds, IReadOnlyList<string>? Widened = null);

/// <summary>A live invite; <c>ToUserId</c> in the answer of <c>Resume</c>, where there are those one sent oneself too.</summary>
internal sealed record InviteView(
    Guid InviteId, Card From, int CallSeconds, DateTimeOffset ExpiresAt, int RemainingSeconds, Guid? ToUserId = null);

internal sealed record InviteExtended(Guid InviteId, DateTimeOffset ExpiresAt, int RemainingSeconds);

internal sealed record InviteEnded(Guid InviteId, Guid FromUserId, Guid ToUserId, InviteOutcome Outcome, DateTimeOffset? CooldownUntil);

/// <summary>How an invite ended.</summary>
internal enum InviteOutcome
{
    Declined,
    Rescinded,
    Expired,
    Unavailable,
    Accepted,
}

/// <summary>The answer to <c>Invite</c>: it rings, or (the two invites crossed) the call has begun.</summary>
internal sealed record InviteValue(Guid InviteId, DateTimeOffset? ExpiresAt, int? RemainingSeconds, Guid? CallId);

internal sealed record AcceptValue(Guid CallId);

/// <summary>The answer to <c>Next</c>; no queue when joining was refused.</summary>
internal sealed record NextValue(int Seconds, Recorded Recorded, QueueStatus? Queue);

internal sealed record LiveStats(int Online, int Waiting, int Calls);
