using Matchmaker.Features.Accounts;

namespace Matchmaker.Tests.Support;

/// <summary>An account store that counts its look-ups, can be away and can make them wait.</summary>
internal sealed class FaultyAccountStore(IAccountStore inner) : IAccountStore
{
    public bool IsAway { get; set; }

    /// <summary>Cards of many are answered after it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public int SessionLookups { get; private set; }

    public int UserLookups { get; private set; }

    public Task<byte[]> AddressSecret() => There(inner.AddressSecret);

    public Task<Login> Create(Card user, Guid sessionId, byte[] tokenHash, TimeSpan lifetime, AddressKeys? from = null) =>
        There(() => inner.Create(user, sessionId, tokenHash, lifetime, from));

    public Task<Login?> FindSession(byte[] tokenHash)
    {
        SessionLookups++;
        return There(() => inner.FindSession(tokenHash));
    }

    public Task<SignedInUser?> FindSignedIn(Guid sessionId, AddressKeys? from = null) =>
        There(() => inner.FindSignedIn(sessionId, from));

    public Task<Card?> FindUser(Guid userId)
    {
        UserLookups++;
        return There(() => inner.FindUser(userId));
    }

    public async Task<IReadOnlyList<Card>> FindUsers(IReadOnlyCollection<Guid> userIds)
    {
        UserLookups++;
        await Gate;
        return await There(() => inner.FindUsers(userIds));
    }

    public Task<IReadOnlyList<FoundUser>> Search(string name, Guid id, int limit) => There(() => inner.Search(name, id, limit));

    public Task<Card?> Change(Guid userId, Profile profile) => There(() => inner.Change(userId, profile));

    public Task<bool> EndSession(Guid sessionId) => There(() => inner.EndSession(sessionId));

    public Task<IReadOnlyList<Guid>> ListSessions(IReadOnlyCollection<Guid> sessionIds) => There(() => inner.ListSessions(sessionIds));

    public Task<AccountDates?> FindDates(Guid userId) => There(() => inner.FindDates(userId));

    public Task<IReadOnlyList<Guid>> ListUnreachable(TimeSpan age, int limit) => There(() => inner.ListUnreachable(age, limit));

    public Task<IReadOnlyList<Guid>> Erase(Guid userId) => There(() => inner.Erase(userId));

    public Task<int> DeleteExpired(int limit) => There(() => inner.DeleteExpired(limit));

    public Task<int> CountExpired(int limit) => There(() => inner.CountExpired(limit));

    private Task<T> There<T>(Func<Task<T>> work) => IsAway ? Task.FromException<T>(new TimeoutException()) : work();
}
