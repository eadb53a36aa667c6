using System.Security.Cryptography;
using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Accounts;

/// <summary>
/// Accounts of the embedded server; they end with the process. Everything is under the embedded lock. Bounded: past
/// <see cref="MaxUsers"/> or <see cref="MaxBytes"/> the account that was made first is forgotten, with its login.
/// Invariant: an account's login, until it ends, is in <c>_sessions</c> and <c>_bySession</c>; <c>_bytes</c> is what the
/// accounts weigh; <c>_order</c> has all of them, and some that are gone.
/// </summary>
internal sealed class InMemoryAccountStore(EmbeddedLock embedded, IMarks marks, TimeProvider time) : IAccountStore
{
    /// <summary>Accounts kept, at about 1.1 KB each.</summary>
    public const int MaxUsers = 50_000;

    /// <summary>By estimate: some 45,000 accounts with usual cards, fewer with long ones.</summary>
    public const int MaxBytes = 48 * 1024 * 1024;

    /// <summary>A login, its key, where it comes from, and their places.</summary>
    private const int AccountBytes = 700;

    private readonly byte[] _addressSecret = RandomNumberGenerator.GetBytes(32);
    private readonly Dictionary<Guid, Account> _users = [];
    private readonly Dictionary<string, Login> _sessions = [];
    private readonly Dictionary<Guid, Login> _bySession = [];
    private readonly Queue<Guid> _order = new();
    private long _bytes;
    private long _dropped;

    /// <summary>An account goes; raised under the embedded lock, as a trigger of the database works in the transaction.</summary>
    public event Action<Guid>? Erasing;

    public (int Count, long Dropped) Figures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_users.Count, _dropped);
            }
        }
    }

    public Task<byte[]> AddressSecret() => Task.FromResult(_addressSecret);

    public Task<Login> Create(Card user, Guid sessionId, byte[] tokenHash, TimeSpan lifetime, AddressKeys? from = null)
    {
        lock (embedded.Gate)
        {
            var login = new Login(sessionId, user.Id, time.GetUtcNow() + lifetime);
            var account = new Account(user, Key(tokenHash), login, time.GetUtcNow()) { From = from };
            _users.Add(user.Id, account);
            _sessions.Add(account.Key, login);
            _bySession.Add(sessionId, login);
            _order.Enqueue(user.Id);
            _bytes += account.Bytes;
            while (_order.Count > MaxUsers || _bytes > MaxBytes)
            {
                _dropped += Forget(_order.Dequeue()) ? 1 : 0;
            }

            return Task.FromResult(login);
        }
    }

    public Task<Login?> FindSession(byte[] tokenHash)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_sessions.TryGetValue(Key(tokenHash), out var login) && login.ExpiresAt > time.GetUtcNow()
                ? login with { Mark = marks.MarkOfLocked(login.UserId) }
                : null);
        }
    }

    public Task<SignedInUser?> FindSignedIn(Guid sessionId, AddressKeys? from = null)
    {
        lock (embedded.Gate)
        {
            if (!_bySession.TryGetValue(sessionId, out var login) || login.ExpiresAt <= time.GetUtcNow()
                || !_users.TryGetValue(login.UserId, out var account))
            {
                return Task.FromResult<SignedInUser?>(null);
            }

            account.From = from ?? account.From;
            return Task.FromResult<SignedInUser?>(new SignedInUser(account.Card, marks.MarkOfLocked(login.UserId)));
        }
    }

    public Task<Card?> FindUser(Guid userId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(FindLocked(userId));
        }
    }

    public Task<IReadOnlyList<Card>> FindUsers(IReadOnlyCollection<Guid> userIds)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<Card>>([.. userIds.Distinct().Select(FindLocked).OfType<Card>()]);
        }
    }

    public Task<IReadOnlyList<FoundUser>> Search(string name, Guid id, int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<FoundUser>>([.. _users.Values
                .Where(a => a.Card.Id == id || (name.Length > 0 && a.Card.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
                .OrderBy(a => a.Card.Name, StringComparer.OrdinalIgnoreCase).ThenBy(a => a.Card.Id)
                .Take(limit).Select(a => new FoundUser(a.Card, a.CreatedAt))]);
        }
    }

    public Task<Card?> Change(Guid userId, Profile profile)
    {
        lock (embedded.Gate)
        {
            if (!_users.TryGetValue(userId, out var account))
            {
                return Task.FromResult<Card?>(null);
            }

            var card = account.Card;
            _bytes -= account.Bytes;
            account.Card = card with
            {
                Name = profile.Name ?? card.Name,
                Gender = profile.Gender ?? card.Gender,
                Languages = profile.Languages ?? card.Languages,
                Interests = profile.Interests ?? card.Interests,
            };
            _bytes += account.Bytes;
            return Task.FromResult<Card?>(account.Card);
        }
    }

    public Task<bool> EndSession(Guid sessionId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_bySession.TryGetValue(sessionId, out var login) && EndLocked(login));
        }
    }

    public Task<IReadOnlyList<Guid>> ListSessions(IReadOnlyCollection<Guid> sessionIds)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<Guid>>([.. sessionIds.Where(_bySession.ContainsKey)]);
        }
    }

    public Task<AccountDates?> FindDates(Guid userId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(!_users.TryGetValue(userId, out var account) ? null : new AccountDates(
                account.CreatedAt, _bySession.ContainsKey(account.Login.SessionId) ? [new LoginDates(account.CreatedAt, account.Login.ExpiresAt)] : []));
        }
    }

    public Task<IReadOnlyList<Guid>> ListUnreachable(TimeSpan age, int limit)
    {
        lock (embedded.Gate)
        {
            var before = time.GetUtcNow() - age;
            return Task.FromResult<IReadOnlyList<Guid>>(
            [
                .. _users.Values.Where(a => a.CreatedAt < before && !_bySession.ContainsKey(a.Login.SessionId)).OrderBy(a => a.CreatedAt)
                    .Take(limit).Select(a => a.Card.Id),
            ]);
        }
    }

    public Task<IReadOnlyList<Guid>> Erase(Guid userId)
    {
        lock (embedded.Gate)
        {
            var login = _users.GetValueOrDefault(userId)?.Login;
            var ended = login is not null && _bySession.ContainsKey(login.SessionId);
            Forget(userId);
            Erasing?.Invoke(userId);
            return Task.FromResult<IReadOnlyList<Guid>>(ended ? [login!.SessionId] : []);
        }
    }

    public Task<int> DeleteExpired(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(Expired().Take(limit).ToList().Count(EndLocked));
        }
    }

    public Task<int> CountExpired(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(Expired().Take(limit).Count());
        }
    }

    /// <summary>Under the lock: where the user's login comes from.</summary>
    public AddressKeys? KeysOfLocked(Guid userId) => _users.GetValueOrDefault(userId)?.From;

    /// <summary>Under the lock: the users whose login holds and comes from there.</summary>
    public IEnumerable<Guid> FromLocked(Func<AddressKeys, bool> there) =>
        _users.Values.Where(a => a.From is { } from && _bySession.ContainsKey(a.Login.SessionId) && there(from)).Select(a => a.Card.Id);

    /// <summary>Under the lock: the card of a user, or null.</summary>
    public Card? FindLocked(Guid userId) => _users.GetValueOrDefault(userId)?.Card;

    private IEnumerable<Login> Expired()
    {
        var now = time.GetUtcNow();
        return _bySession.Values.Where(login => login.ExpiresAt <= now);
    }

    private bool EndLocked(Login login) =>
        _bySession.Remove(login.SessionId) && (!_users.TryGetValue(login.UserId, out var account) || _sessions.Remove(account.Key));

    private bool Forget(Guid userId)
    {
        if (!_users.TryGetValue(userId, out var account))
        {
            return false;
        }

        EndLocked(account.Login);
        _users.Remove(userId);
        _bytes -= account.Bytes;
        return true;
    }

    private static string Key(byte[] tokenHash) => Convert.ToHexString(tokenHash);

    private sealed class Account(Card card, string key, Login login, DateTimeOffset createdAt)
    {
        public Card Card { get; set; } = card;

        public string Key => key;

        public Login Login => login;

        public DateTimeOffset CreatedAt => createdAt;

        /// <summary>Where the login was used last.</summary>
        public AddressKeys? From { get; set; }

        public int Bytes => AccountBytes + Card.Weigh();
    }
}
