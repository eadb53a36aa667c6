using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Matching;

/// <summary>Invites: at most one live one a pair; it ends once.</summary>
internal interface IInviteStore
{
    /// <summary>Asks. A live invite between the two, either way, is answered instead of making a second.</summary>
    Task<CreatedInvite> Create(NewInvite invite, TimeSpan ring);

    /// <summary>Ends a live invite; null when it was not live. Answers the pair's cooldown that now holds.</summary>
    Task<EndedInvite?> End(Guid inviteId, InviteOutcome outcome, TimeSpan? cooldown);

    /// <summary>Lets it ring longer; null when it is not live, is not <paramref name="fromUserId"/>'s, or was extended often enough.</summary>
    Task<StoredInvite?> Extend(Guid inviteId, Guid fromUserId, TimeSpan by, int max);

    /// <summary>Live, or ended in the last minutes.</summary>
    Task<StoredInvite?> Find(Guid inviteId);

    /// <summary>Deletes at most <paramref name="limit"/> invites that ended so long ago that nobody asks for them; answers how many.</summary>
    Task<int> DeleteEnded(int limit);

    /// <summary>How many there are of these, at most <paramref name="limit"/>.</summary>
    Task<int> CountEnded(int limit);

    /// <summary>The live invites to and from a user.</summary>
    Task<IReadOnlyList<StoredInvite>> LiveOf(Guid userId);

    /// <summary>The live invites to and from any of these users.</summary>
    Task<IReadOnlyList<StoredInvite>> LiveOf(IReadOnlyCollection<Guid> users);

    /// <summary>Writes back live invites that the store lost; what it has stays as it is.</summary>
    Task Restore(IReadOnlyCollection<StoredInvite> invites);
}

internal sealed record NewInvite(Guid InviteId, Guid FromUserId, Guid ToUserId, string ConnectionId, int CallSeconds);

internal enum CreateOutcome
{
    Created,

    /// <summary>Mine to them is live already.</summary>
    Repeated,

    /// <summary>Theirs to me is live.</summary>
    Crossing,

    Busy,

    /// <summary>Offline, not available, in a call or blocked; or one of the two is barred.</summary>
    Unavailable,
    Cooldown,
}

/// <param name="Remaining">Until it rings out; for a cooldown, until the two may meet.</param>
internal sealed record CreatedInvite(
    CreateOutcome Outcome, Guid? InviteId = null, DateTimeOffset? ExpiresAt = null, TimeSpan Remaining = default);

internal sealed record EndedInvite(Guid FromUserId, Guid ToUserId, DateTimeOffset? CooldownUntil);

/// <param name="Remaining">Until it rings out; negative when it has.</param>
internal sealed record StoredInvite(
    Guid InviteId, Card From, Guid ToUserId, string ConnectionId, int CallSeconds, DateTimeOffset ExpiresAt, TimeSpan Remaining,
    int Extensions, InviteOutcome? Outcome, Guid? CallId);
