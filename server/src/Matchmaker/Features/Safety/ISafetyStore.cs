namespace Matchmaker.Features.Safety;

/// <summary>Blocks and cooldowns of pairs. Both work in both directions; expiry goes by the store's own clock.</summary>
internal interface ISafetyStore
{
    /// <summary>
    /// Durable when it returns; repeating it changes nothing. False when the blocker has <paramref name="max"/> already.
    /// </summary>
    Task<bool> Block(Guid blocker, Guid blocked, int max);

    /// <summary>Takes back a block of this blocker only; the other's own block stays.</summary>
    Task Unblock(Guid blocker, Guid blocked);

    /// <summary>Whom this user has blocked, the latest first.</summary>
    Task<IReadOnlyList<Guid>> Blocks(Guid userId);

    /// <summary>Everybody whom this user must not meet now, each once.</summary>
    Task<IReadOnlyList<Avoided>> AvoidOf(Guid userId);

    /// <summary>The same of several users, in one read.</summary>
    Task<ILookup<Guid, Avoided>> AvoidOf(IReadOnlyCollection<Guid> users);

    /// <summary>True when one of the two has blocked the other.</summary>
    Task<bool> IsBlocked(Guid a, Guid b);

    /// <summary>The end of the pair's cooldown, or null when none is running.</summary>
    Task<DateTimeOffset?> CooldownUntil(Guid a, Guid b);

    /// <summary>Extends the pair's cooldown, never shortens it; answers the end that now holds.</summary>
    Task<DateTimeOffset> ExtendCooldown(Guid a, Guid b, DateTimeOffset until);

    /// <summary>Forgets all blocks and cooldowns of a user. Idempotent.</summary>
    Task Erase(Guid userId);

    /// <summary>Deletes at most <paramref name="limit"/> cooldowns that are over; answers how many.</summary>
    Task<int> DeleteExpired(int limit);

    /// <summary>How many cooldowns are over, at most <paramref name="limit"/>.</summary>
    Task<int> CountExpired(int limit);
}

/// <summary>Somebody not to meet: until a time (cooldown), or null for as long as the block stands.</summary>
internal readonly record struct Avoided(Guid UserId, DateTimeOffset? Until);
