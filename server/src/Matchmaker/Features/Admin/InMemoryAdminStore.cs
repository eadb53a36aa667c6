using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Admin;

/// <summary>
/// Accounts of an embedded server's console; they end with the process. Everything is under the embedded lock.
/// Invariant: a session is in its account's list and in <c>_sessions</c>; <c>_failureOrder</c> has every key of
/// <c>_failures</c> once.
/// </summary>
internal sealed class InMemoryAdminStore(
    EmbeddedLock embedded, InMemoryAuditStore audit, IOptions<AdminOptions> options, TimeProvider time) : IAdminStore
{
    /// <summary>Pairs of an address and a network, at about 200 bytes each; beyond it the one counted first is forgotten.</summary>
    public const int MaxFailures = 10_000;

    private const int MaxNetworks = 20;
    private static readonly TimeSpan SeenEvery = TimeSpan.FromMinutes(1);
    private readonly AdminOptions _options = options.Value;
    private readonly Dictionary<Guid, Entry> _accounts = [];
    private readonly Dictionary<string, Session> _sessions = [];
    private readonly Dictionary<string, (int Attempts, DateTimeOffset Last)> _failures = [];
    private readonly Queue<string> _failureOrder = new();
    private long _dropped;

    public (int Accounts, int Failures, long Dropped) Figures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_accounts.Count, _failures.Count, _dropped);
            }
        }
    }

    public Task<AdminAccount?> Create(NewAdmin admin, Guid? actor)
    {
        lock (embedded.Gate)
        {
            if (FindLocked(admin.Email) is not null || _accounts.Count >= AdminAccounts.MaxAccounts)
            {
                return Task.FromResult<AdminAccount?>(null);
            }

            var account = new AdminAccount(admin.AdminId, admin.Email, admin.Name, admin.Role, time.GetUtcNow(), DisabledAt: null, SignedInAt: null);
            _accounts.Add(admin.AdminId, new Entry(account, admin.PasswordHash, admin.OtpKey));
            Tell(actor, "admin.create", admin.AdminId, new { admin.Email, Role = (int)admin.Role });
            return Task.FromResult<AdminAccount?>(account);
        }
    }

    public Task<IReadOnlyList<AdminAccount>> List()
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<AdminAccount>>([.. _accounts.Values.Select(e => e.Account)
                .OrderBy(a => a.Name, StringComparer.Ordinal).ThenBy(a => a.Email, StringComparer.Ordinal)]);
        }
    }

    public Task<AdminAccount?> Find(string email)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(FindLocked(email)?.Account);
        }
    }

    public Task<Outcome<AdminAccount>> Change(Guid adminId, AdminChange change, Guid? actor)
    {
        lock (embedded.Gate)
        {
            if (actor is { } by && !(_accounts.TryGetValue(by, out var acting) && acting.Account is { Role: AdminRole.Admin, DisabledAt: null }))
            {
                return Task.FromResult<Outcome<AdminAccount>>(CommonRefusals.Forbidden);
            }

            if (!_accounts.TryGetValue(adminId, out var entry))
            {
                return Task.FromResult<Outcome<AdminAccount>>(CommonRefusals.NotFound);
            }

            var before = entry.Account;
            entry.Account = before with
            {
                Name = change.Name ?? before.Name,
                Role = change.Role ?? before.Role,
                DisabledAt = change.Disabled switch { true => before.DisabledAt ?? time.GetUtcNow(), false => null, _ => before.DisabledAt },
            };
            entry.PasswordHash = change.PasswordHash ?? entry.PasswordHash;
            if (change.OtpKey is not null)
            {
                (entry.OtpKey, entry.LastStep) = (change.OtpKey, 0);
            }

            if (entry.Account.Role != before.Role || change.Disabled is true || change.PasswordHash is not null)
            {
                entry.Sessions.ToList().ForEach(EndLocked);
            }

            Tell(actor, "admin.change", adminId, new
            {
                change.Name,
                Role = (int?)change.Role,
                change.Disabled,
                Reset = change.PasswordHash is null ? null : (bool?)true,
            });
            return Task.FromResult<Outcome<AdminAccount>>(entry.Account);
        }
    }

    public Task<(AdminKey? Key, bool IsKnown)> FindKey(string email, byte[] networkKey)
    {
        lock (embedded.Gate)
        {
            var entry = FindLocked(email);
            return Task.FromResult((Key(entry), entry?.Account.DisabledAt is null && entry?.Networks.Contains(Name(networkKey)) is true));
        }
    }

    public Task<AdminKey?> FindKey(Guid adminId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(Key(_accounts.GetValueOrDefault(adminId)));
        }
    }

    public Task<TimeSpan?> Attempt(byte[] accountKey, byte[] networkKey, bool isKnown)
    {
        lock (embedded.Gate)
        {
            var (now, key) = (time.GetUtcNow(), Pair(accountKey, networkKey));
            var isNew = !_failures.TryGetValue(key, out var before);
            var attempts = before.Last < now - _options.LongestLockOut ? 0 : before.Attempts;
            var wait = before.Last + LockOut.After(attempts, isKnown, _options) - now;
            if (attempts > 0 && wait > TimeSpan.Zero)
            {
                return Task.FromResult<TimeSpan?>(wait);
            }

            _failures[key] = (attempts + 1, now);
            if (isNew)
            {
                _failureOrder.Enqueue(key);
                ForgetFailures();
            }

            return Task.FromResult<TimeSpan?>(null);
        }
    }

    public Task<bool> SignIn(Guid adminId, long step, byte[] accountKey, NewAdminSession session)
    {
        lock (embedded.Gate)
        {
            if (!TryUse(adminId, step, out var entry))
            {
                return Task.FromResult(false);
            }

            var now = time.GetUtcNow();
            entry.Account = entry.Account with { SignedInAt = now };
            var begun = new Session(entry, session, now, now + _options.SessionLifetime);
            entry.Sessions.Add(begun);
            _sessions.Add(Name(session.TokenHash), begun);
            while (entry.Sessions.Count > AdminLogins.MaxSessions)
            {
                EndLocked(entry.Sessions[0]);
            }

            entry.Networks.Remove(Name(session.NetworkKey));
            entry.Networks.Add(Name(session.NetworkKey));
            entry.Networks.RemoveRange(0, Math.Max(0, entry.Networks.Count - MaxNetworks));
            _failures.Remove(Pair(accountKey, session.NetworkKey));
            Tell(adminId, "admin.sign_in", adminId, new { session.SessionId });
            return Task.FromResult(true);
        }
    }

    public Task<AdminLogin?> FindSession(byte[] tokenHash)
    {
        lock (embedded.Gate)
        {
            if (!_sessions.TryGetValue(Name(tokenHash), out var session) || !IsLive(session))
            {
                return Task.FromResult<AdminLogin?>(null);
            }

            var now = time.GetUtcNow();
            session.SeenAt = now - session.SeenAt > SeenEvery ? now : session.SeenAt;
            return Task.FromResult<AdminLogin?>(new AdminLogin(session.Entry.Account, session.New.SessionId, session.ExpiresAt));
        }
    }

    public Task<IReadOnlyList<AdminSession>> Sessions(Guid adminId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<AdminSession>>([.. (_accounts.GetValueOrDefault(adminId)?.Sessions ?? [])
                .Where(IsLive).Reverse().Select(s =>
                    new AdminSession(s.New.SessionId, s.CreatedAt, s.SeenAt, s.ExpiresAt, s.New.Browser, s.New.NetworkKey))]);
        }
    }

    public Task<IReadOnlyList<Guid>> Live(IReadOnlyCollection<Guid> sessionIds)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<Guid>>([.. _sessions.Values.Where(IsLive).Select(s => s.New.SessionId).Intersect(sessionIds)]);
        }
    }

    public Task EndSession(Guid adminId, Guid sessionId)
    {
        lock (embedded.Gate)
        {
            if (_accounts.GetValueOrDefault(adminId)?.Sessions.Find(s => s.New.SessionId == sessionId) is { } session)
            {
                EndLocked(session);
                Tell(adminId, "admin.session_end", adminId, new { SessionId = sessionId });
            }

            return Task.CompletedTask;
        }
    }

    public Task<bool> SetPassword(Guid adminId, string passwordHash, long step, byte[] accountKey, byte[] networkKey, Guid keep)
    {
        lock (embedded.Gate)
        {
            if (!TryUse(adminId, step, out var entry))
            {
                return Task.FromResult(false);
            }

            entry.PasswordHash = passwordHash;
            entry.Sessions.Where(s => s.New.SessionId != keep).ToList().ForEach(EndLocked);
            _failures.Remove(Pair(accountKey, networkKey));
            Tell(adminId, "admin.password", adminId, new { });
            return Task.FromResult(true);
        }
    }

    public Task<int> DeleteExpired(int limit)
    {
        lock (embedded.Gate)
        {
            var sessions = _sessions.Values.Where(IsOver).Take(limit).ToList();
            sessions.ForEach(EndLocked);
            var failures = _failures.Where(IsForgotten).Take(limit - sessions.Count).Select(f => f.Key).ToList();
            failures.ForEach(key => _failures.Remove(key));
            ForgetFailures();
            return Task.FromResult(sessions.Count + failures.Count);
        }
    }

    public Task<int> CountExpired(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(Math.Min(limit, _sessions.Values.Count(IsOver) + _failures.Count(IsForgotten)));
        }
    }

    private bool TryUse(Guid adminId, long step, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Entry? entry)
    {
        if (!_accounts.TryGetValue(adminId, out entry) || entry.Account.DisabledAt is not null || entry.LastStep >= step)
        {
            return false;
        }

        entry.LastStep = step;
        return true;
    }

    private Entry? FindLocked(string email) => _accounts.Values.FirstOrDefault(e => e.Account.Email == email);

    private void EndLocked(Session session)
    {
        session.Entry.Sessions.Remove(session);
        _sessions.Remove(Name(session.New.TokenHash));
    }

    private bool IsLive(Session session) => session.ExpiresAt > time.GetUtcNow() && session.SeenAt > time.GetUtcNow() - _options.SessionIdle;

    private bool IsOver(Session session) => session.ExpiresAt <= time.GetUtcNow();

    private bool IsForgotten(KeyValuePair<string, (int Attempts, DateTimeOffset Last)> failure) =>
        failure.Value.Last < time.GetUtcNow() - _options.LongestLockOut;

    /// <summary>Those that are gone leave the order; of too many the one counted first goes.</summary>
    private void ForgetFailures()
    {
        while (_failureOrder.TryPeek(out var first) && (_failureOrder.Count > MaxFailures || !_failures.ContainsKey(first)))
        {
            _dropped += _failures.Remove(_failureOrder.Dequeue()) ? 1 : 0;
        }
    }

    private void Tell(Guid? actor, string action, Guid subject, object detail) =>
        audit.AppendLocked(new AuditNote(actor, action, subject.ToString(), detail));

    private static AdminKey? Key(Entry? entry) => entry is { Account.DisabledAt: null }
        ? new AdminKey(entry.Account.AdminId, entry.PasswordHash, entry.OtpKey, entry.LastStep)
        : null;

    private static string Name(byte[] key) => Convert.ToHexString(key);

    private static string Pair(byte[] accountKey, byte[] networkKey) => Name([.. accountKey, .. networkKey]);

    private sealed class Entry(AdminAccount account, string passwordHash, byte[] otpKey)
    {
        public AdminAccount Account { get; set; } = account;

        public string PasswordHash { get; set; } = passwordHash;

        public byte[] OtpKey { get; set; } = otpKey;

        public long LastStep { get; set; }

        /// <summary>The oldest first.</summary>
        public List<Session> Sessions { get; } = [];

        /// <summary>From which it signed in, the latest last.</summary>
        public List<string> Networks { get; } = [];
    }

    private sealed class Session(Entry entry, NewAdminSession session, DateTimeOffset now, DateTimeOffset expiresAt)
    {
        public Entry Entry => entry;

        public NewAdminSession New => session;

        public DateTimeOffset CreatedAt { get; } = now;

        public DateTimeOffset SeenAt { get; set; } = now;

        public DateTimeOffset ExpiresAt => expiresAt;
    }
}
