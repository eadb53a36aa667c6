namespace Matchmaker.Features.Accounts;

/// <summary>Users and their logins. Every method is durable when it returns; expiry goes by the store's own clock.</summary>
internal interface IAccountStore
{
    /// <summary>Adds a user with a first login that holds for <paramref name="lifetime"/>.</summary>
    Task<Login> Create(Card user, Guid sessionId, byte[] tokenHash, TimeSpan lifetime);

    /// <summary>The login that has this token, unless it has run out.</summary>
    Task<Login?> FindSession(byte[] tokenHash);

    /// <summary>The card of the user of a login that holds, or null.</summary>
    Task<Card?> FindSignedIn(Guid sessionId);

    Task<Card?> FindUser(Guid userId);

    /// <summary>Those of the users that exist, in any order.</summary>
    Task<IReadOnlyList<Card>> FindUsers(IReadOnlyCollection<Guid> userIds);

    /// <summary>Changes what is not null; answers the card that holds now, or null without such a user.</summary>
    Task<Card?> Change(Guid userId, Profile profile);

    /// <summary>True when there was such a login.</summary>
    Task<bool> EndSession(Guid sessionId);

    /// <summary>Those of the logins that there are.</summary>
    Task<IReadOnlyList<Guid>> ListSessions(IReadOnlyCollection<Guid> sessionIds);

    /// <summary>Deletes the user and all logins; answers the ids of the logins. Idempotent.</summary>
    Task<IReadOnlyList<Guid>> Erase(Guid userId);

    /// <summary>Deletes at most <paramref name="limit"/> logins that have run out; answers how many.</summary>
    Task<int> DeleteExpired(int limit);

    /// <summary>How many logins have run out, at most <paramref name="limit"/>.</summary>
    Task<int> CountExpired(int limit);
}
