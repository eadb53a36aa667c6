using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Safety;

/// <summary>
/// Blocks and cooldowns of the embedded server. The methods that end in <c>Locked</c> are for other stores of this
/// process, which hold the embedded lock already: what a statement is to PostgreSQL.
/// Invariant: a blocker stands in <c>_blocked</c> for exactly those in whose <c>_blockers</c> entry they are, and
/// <c>_blocks</c> is how many that is.
/// </summary>
internal sealed class InMemorySafetyStore(EmbeddedLock embedded, TimeProvider time) : ISafetyStore
{
    /// <summary>
    /// Blocks of all users, at about 100 bytes each. At the bound whoever has blocked most loses their oldest: a crowd that
    /// fills the table takes from itself, and who has blocked three keeps them.
    /// </summary>
    public const int MaxBlocks = 100_000;

    /// <summary>Cooldowns of all pairs, at about 150 bytes each; everybody's are looked through at a join. The oldest goes.</summary>
    public const int MaxCooldowns = 50_000;

    private readonly Dictionary<Guid, List<Guid>> _blocked = [];
    private readonly Dictionary<Guid, HashSet<Guid>> _blockers = [];
    private readonly Dictionary<(Guid Low, Guid High), DateTimeOffset> _cooldowns = [];
    private readonly Queue<((Guid Low, Guid High) Pair, DateTimeOffset Until)> _order = new();
    private int _blocks;
    private long _blocksDropped;
    private long _cooldownsDropped;

    public (int Count, long Dropped) BlockFigures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_blocks, _blocksDropped);
            }
        }
    }

    public (int Count, long Dropped) CooldownFigures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_cooldowns.Count, _cooldownsDropped);
            }
        }
    }

    public Task<bool> Block(Guid blocker, Guid blocked, int max)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(BlockLocked(blocker, blocked, max));
        }
    }

    public Task Unblock(Guid blocker, Guid blocked)
    {
        lock (embedded.Gate)
        {
            Remove(blocker, blocked);
            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<Guid>> Blocks(Guid userId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<Guid>>([.. Enumerable.Reverse(_blocked.GetValueOrDefault(userId) ?? [])]);
        }
    }

    public async Task<ILookup<Guid, Avoided>> AvoidOf(IReadOnlyCollection<Guid> users)
    {
        var avoided = new List<(Guid Me, Avoided Other)>();
        foreach (var user in users.Distinct())
        {
            avoided.AddRange((await AvoidOf(user)).Select(other => (user, other)));
        }

        return avoided.ToLookup(a => a.Me, a => a.Other);
    }

    public Task<IReadOnlyList<Avoided>> AvoidOf(Guid userId)
    {
        lock (embedded.Gate)
        {
            var now = time.GetUtcNow();
            var avoided = new Dictionary<Guid, DateTimeOffset?>();
            foreach (var ((low, high), until) in _cooldowns)
            {
                if ((low == userId || high == userId) && until > now)
                {
                    avoided[low == userId ? high : low] = until;
                }
            }

            foreach (var other in _blocked.GetValueOrDefault(userId) ?? [])
            {
                avoided[other] = null;
            }

            foreach (var other in _blockers.GetValueOrDefault(userId) ?? [])
            {
                avoided[other] = null;
            }

            return Task.FromResult<IReadOnlyList<Avoided>>([.. avoided.Select(a => new Avoided(a.Key, a.Value))]);
        }
    }

    public Task<bool> IsBlocked(Guid a, Guid b)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(IsBlockedLocked(a, b));
        }
    }

    public Task<DateTimeOffset?> CooldownUntil(Guid a, Guid b)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(CooldownLocked(a, b));
        }
    }

    public Task<DateTimeOffset> ExtendCooldown(Guid a, Guid b, DateTimeOffset until)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(ExtendCooldownLocked(a, b, until));
        }
    }

    public Task Erase(Guid userId)
    {
        lock (embedded.Gate)
        {
            foreach (var other in (_blocked.GetValueOrDefault(userId) ?? []).ToList())
            {
                Remove(userId, other);
            }

            foreach (var other in (_blockers.GetValueOrDefault(userId) ?? []).ToList())
            {
                Remove(other, userId);
            }

            foreach (var pair in _cooldowns.Keys.Where(p => p.Low == userId || p.High == userId).ToList())
            {
                _cooldowns.Remove(pair);
            }

            return Task.CompletedTask;
        }
    }

    public Task<int> DeleteExpired(int limit)
    {
        lock (embedded.Gate)
        {
            var now = time.GetUtcNow();
            var over = _cooldowns.Where(c => c.Value <= now).Take(limit).Select(c => c.Key).ToList();
            over.ForEach(pair => _cooldowns.Remove(pair));
            return Task.FromResult(over.Count);
        }
    }

    public Task<int> CountExpired(int limit)
    {
        lock (embedded.Gate)
        {
            var now = time.GetUtcNow();
            return Task.FromResult(_cooldowns.Values.Where(until => until <= now).Take(limit).Count());
        }
    }

    public bool BlockLocked(Guid blocker, Guid blocked, int max)
    {
        var mine = _blocked.TryGetValue(blocker, out var list) ? list : [];
        if (mine.Contains(blocked))
        {
            return true;
        }

        if (mine.Count >= max)
        {
            return false;
        }

        if (_blocks >= MaxBlocks && _blocked.MaxBy(of => of.Value.Count) is { Value: [var oldest, ..] } most)
        {
            Remove(most.Key, oldest);
            _blocksDropped++;
        }

        _blocks++;
        mine.Add(blocked);
        _blocked[blocker] = mine;
        _blockers.TryAdd(blocked, []);
        _blockers[blocked].Add(blocker);
        return true;
    }

    public bool IsBlockedLocked(Guid a, Guid b) =>
        (_blockers.TryGetValue(a, out var ofA) && ofA.Contains(b)) || (_blockers.TryGetValue(b, out var ofB) && ofB.Contains(a));

    public DateTimeOffset? CooldownLocked(Guid a, Guid b) =>
        _cooldowns.TryGetValue(Pair(a, b), out var until) && until > time.GetUtcNow() ? until : null;

    public DateTimeOffset ExtendCooldownLocked(Guid a, Guid b, DateTimeOffset until)
    {
        var pair = Pair(a, b);
        if (_cooldowns.TryGetValue(pair, out var current) && current >= until)
        {
            return current;
        }

        _cooldowns[pair] = until;
        _order.Enqueue((pair, until));
        while (_cooldowns.Count > MaxCooldowns)
        {
            var oldest = _order.Dequeue();
            if (IsInForce(oldest))
            {
                _cooldowns.Remove(oldest.Pair);
                _cooldownsDropped++;
            }
        }

        if (_order.Count > 2 * MaxCooldowns)
        {
            var inForce = _order.Where(IsInForce).ToList();
            _order.Clear();
            inForce.ForEach(_order.Enqueue);
        }

        return until;
    }

    // One that was extended since stands in the order once more, one that is over for nothing.
    private bool IsInForce(((Guid Low, Guid High) Pair, DateTimeOffset Until) entry) =>
        _cooldowns.TryGetValue(entry.Pair, out var end) && end == entry.Until;

    private static (Guid Low, Guid High) Pair(Guid a, Guid b) => a.CompareTo(b) < 0 ? (a, b) : (b, a);

    private void Remove(Guid blocker, Guid blocked)
    {
        if (_blocked.TryGetValue(blocker, out var mine) && mine.Remove(blocked))
        {
            _blocks--;
            if (mine.Count == 0)
            {
                _blocked.Remove(blocker);
            }
        }

        if (_blockers.TryGetValue(blocked, out var theirs) && theirs.Remove(blocker) && theirs.Count == 0)
        {
            _blockers.Remove(blocked);
        }
    }
}
