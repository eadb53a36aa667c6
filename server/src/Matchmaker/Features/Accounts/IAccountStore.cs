namespace Matchmaker.Features.Accounts;

/// <summary>Users and their logins. Every method is durable when it returns; expiry goes by the store's own clock.</summary>
internal interface IAccountStore
{
    /// <summary>The secret of <see cref="AddressKeys"/>, shared by all instances; made once and never changed.</summary>
    Task<byte[]> AddressSecret();

    /// <summary>Adds a user with a first login that holds for <paramref name="lifetime"/> and comes <paramref name="from"/> there.</summary>
    Task<Login> Create(Card user, Guid sessionId, byte[] tokenHash, TimeSpan lifetime, AddressKeys? from = null);

    /// <summary>The login that has this token, unless it has run out.</summary>
    Task<Login?> FindSession(byte[] tokenHash);

    /// <summary>The user of a login that holds, or null; notes that the login is used <paramref name="from"/> there.</summary>
    Task<SignedInUser?> FindSignedIn(Guid sessionId, AddressKeys? from = null);

    Task<Card?> FindUser(Guid userId);

    /// <summary>Those of the users that exist, in any order.</summary>
    Task<IReadOnlyList<Card>> FindUsers(IReadOnlyCollection<Guid> userIds);

    /// <summary>The user with this id and those whose names begin so, by name; nobody's name begins with nothing.</summary>
    Task<IReadOnlyList<FoundUser>> Search(string name, Guid id, int limit);

    /// <summary>Changes what is not null; answers the card that holds now, or null without such a user.</summary>
    Task<Card?> Change(Guid userId, Profile profile);

    /// <summary>True when there was such a login.</summary>
    Task<bool> EndSession(Guid sessionId);

    /// <summary>Those of the logins that there are.</summary>
    Task<IReadOnlyList<Guid>> ListSessions(IReadOnlyCollection<Guid> sessionIds);

    /// <summary>When an account and its logins were made; null without such a user.</summary>
    Task<AccountDates?> FindDates(Guid userId);

    /// <summary>
    /// Users who were made longer than <paramref name="age"/> ago and have no login any more, the oldest first: nobody can
    /// come back as them.
    /// </summary>
    Task<IReadOnlyList<Guid>> ListUnreachable(TimeSpan age, int limit);

    /// <summary>Deletes the user and all logins; answers the ids of the logins. Idempotent.</summary>
    Task<IReadOnlyList<Guid>> Erase(Guid userId);

    /// <summary>Deletes at most <paramref name="limit"/> logins that have run out; answers how many.</summary>
    Task<int> DeleteExpired(int limit);

    /// <summary>How many logins have run out, at most <paramref name="limit"/>.</summary>
    Task<int> CountExpired(int limit);
}
