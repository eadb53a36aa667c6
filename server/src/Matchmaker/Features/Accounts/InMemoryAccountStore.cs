using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Accounts;

/// <summary>
/// Accounts of the embedded server; they end with the process. Everything is under the embedded lock. Bounded: past
/// <see cref="MaxUsers"/> the account that was made first is forgotten.
/// </summary>
internal sealed class InMemoryAccountStore(EmbeddedLock embedded, TimeProvider time) : IAccountStore
{
    /// <summary>Accounts kept, at about 1 KB each.</summary>
    public const int MaxUsers = 50_000;

    private readonly Dictionary<Guid, Card> _users = [];
    private readonly Dictionary<string, Login> _sessions = [];
    private readonly Dictionary<Guid, Login> _bySession = [];
    private readonly Queue<Guid> _order = new();

    public Task<Login> Create(Card user, Guid sessionId, byte[] tokenHash, TimeSpan lifetime)
    {
        lock (embedded.Gate)
        {
            var login = new Login(sessionId, user.Id, time.GetUtcNow() + lifetime);
            _users.Add(user.Id, user);
            _sessions.Add(Key(tokenHash), login);
            _bySession.Add(sessionId, login);
            _order.Enqueue(user.Id);
            if (_order.Count > MaxUsers)
            {
                var oldest = _order.Dequeue();
                _users.Remove(oldest);
                Drop(l => l.UserId == oldest, int.MaxValue);
            }

            return Task.FromResult(login);
        }
    }

    public Task<Login?> FindSession(byte[] tokenHash)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(
                _sessions.TryGetValue(Key(tokenHash), out var login) && login.ExpiresAt > time.GetUtcNow() ? login : null);
        }
    }

    public Task<Card?> FindSignedIn(Guid sessionId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(
                _bySession.TryGetValue(sessionId, out var login) && login.ExpiresAt > time.GetUtcNow() ? _users.GetValueOrDefault(login.UserId) : null);
        }
    }

    public Task<Card?> FindUser(Guid userId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_users.GetValueOrDefault(userId));
        }
    }

    public Task<IReadOnlyList<Card>> FindUsers(IReadOnlyCollection<Guid> userIds)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<Card>>(
                [.. userIds.Distinct().Select(id => _users.GetValueOrDefault(id)).OfType<Card>()]);
        }
    }

    public Task<Card?> Change(Guid userId, Profile profile)
    {
        lock (embedded.Gate)
        {
            if (!_users.TryGetValue(userId, out var card))
            {
                return Task.FromResult<Card?>(null);
            }

            card = card with
            {
                Name = profile.Name ?? card.Name,
                Gender = profile.Gender ?? card.Gender,
                Languages = profile.Languages ?? card.Languages,
                Interests = profile.Interests ?? card.Interests,
            };
            _users[userId] = card;
            return Task.FromResult<Card?>(card);
        }
    }

    public Task<bool> EndSession(Guid sessionId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(Drop(login => login.SessionId == sessionId, 1).Count > 0);
        }
    }

    public Task<IReadOnlyList<Guid>> Erase(Guid userId)
    {
        lock (embedded.Gate)
        {
            _users.Remove(userId);
            return Task.FromResult<IReadOnlyList<Guid>>(Drop(login => login.UserId == userId, int.MaxValue));
        }
    }

    public Task<int> DeleteExpired(int limit)
    {
        lock (embedded.Gate)
        {
            var now = time.GetUtcNow();
            return Task.FromResult(Drop(login => login.ExpiresAt <= now, limit).Count);
        }
    }

    private List<Guid> Drop(Func<Login, bool> fits, int limit)
    {
        var dropped = _sessions.Where(s => fits(s.Value)).Take(limit).ToList();
        dropped.ForEach(s =>
        {
            _sessions.Remove(s.Key);
            _bySession.Remove(s.Value.SessionId);
        });
        return dropped.ConvertAll(s => s.Value.SessionId);
    }

    private static string Key(byte[] tokenHash) => Convert.ToHexString(tokenHash);
}
