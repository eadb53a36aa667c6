using System.Security.Cryptography;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Presence of an embedded server. Bounded by the connection limit: a user is forgotten the grace time after their last
/// connection, a used ticket a minute after its connection closed, or when <see cref="MaxClosed"/> closed after it.
/// </summary>
internal sealed class InMemoryPresenceStore(EmbeddedLock embedded, InMemoryMeasureStore measures, TimeProvider time) : IPresenceStore
{
    /// <summary>Used tickets that are remembered, at about 300 bytes each; a ticket runs out long before as many have come after it.</summary>
    public const int MaxClosed = 50_000;

    private static readonly TimeSpan ReplayWindow = TimeSpan.FromSeconds(60);
    private readonly HubTicketKeys _keys = new(RandomNumberGenerator.GetBytes(32), null);
    private readonly Dictionary<Guid, Row> _users = [];
    private readonly Dictionary<string, Slot> _slots = [];
    private readonly Queue<(DateTimeOffset ClosedAt, string Id)> _closed = new();
    private long _number;

    public int Closed
    {
        get
        {
            lock (embedded.Gate)
            {
                return _closed.Count;
            }
        }
    }

    public Task<HubTicketKeys> HubTicketKeys() => Task.FromResult(_keys);

    public Task<long> Register(TimeSpan lease) => Task.FromResult(1L);

    public Task<bool> Renew(long generation, TimeSpan lease) => Task.FromResult(true);

    public Task<long> LastOpened() => Task.FromResult(0L);

    public Task<IReadOnlyList<string>> Reconcile(
        long generation, IReadOnlyList<Connection> open, IReadOnlyList<(Guid UserId, DateTimeOffset Since)> available, int max, long upTo) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    public Task Resign(long generation) => Task.CompletedTask;

    public Task<bool> HasOthers() => Task.FromResult(false);

    public Task<OpenedSlot> Open(Connection connection, long generation, int max, int? maxOfAll = null)
    {
        lock (embedded.Gate)
        {
            ForgetClosed(int.MaxValue);
            if (_slots.ContainsKey(connection.Id))
            {
                return Task.FromResult(OpenedSlot.Refused(PresenceRefusals.InvalidHubTicket));
            }

            if (maxOfAll is { } all && !HasRoomLocked(connection.UserId, connection.Tab, max, all))
            {
                return Task.FromResult(OpenedSlot.Refused(PresenceRefusals.ServerFull));
            }

            if (!_users.TryGetValue(connection.UserId, out var row))
            {
                _users[connection.UserId] = row = new Row();
            }

            row.LostAt = null;
            var slot = new Slot(connection.Id, connection.UserId, connection.Tab, ++_number);
            _slots.Add(slot.Id, slot);
            var sameTab = row.Open.Where(s => s.Tab == slot.Tab).ToList();
            row.Open.Add(slot);
            sameTab.ForEach(s => CloseLocked(row, s));
            var displaced = row.Open.OrderByDescending(s => s.Number).Skip(max).ToList();
            displaced.ForEach(s => CloseLocked(row, s));
            return Task.FromResult(new OpenedSlot(null, sameTab.ConvertAll(s => s.Id), displaced.ConvertAll(s => s.Id)));
        }
    }

    public Task<bool> HasRoom(Guid userId, string tab, int max, int maxOfAll)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(HasRoomLocked(userId, tab, max, maxOfAll));
        }
    }

    public Task<int> Close(string connectionId)
    {
        lock (embedded.Gate)
        {
            if (!_slots.TryGetValue(connectionId, out var slot) || !_users.TryGetValue(slot.UserId, out var row))
            {
                return Task.FromResult(0);
            }

            if (row.Open.Contains(slot))
            {
                CloseLocked(row, slot);
            }

            if (row.Open.Count == 0)
            {
                row.LostAt ??= time.GetUtcNow();
            }

            return Task.FromResult(row.Open.Count);
        }
    }

    public Task<IReadOnlyList<Displacement>> DisplacedOf(IReadOnlyList<string> open) => Task.FromResult<IReadOnlyList<Displacement>>([]);

    public Task<DateTimeOffset?> SetAvailable(Guid userId, bool available)
    {
        lock (embedded.Gate)
        {
            if (!_users.TryGetValue(userId, out var row))
            {
                return Task.FromResult<DateTimeOffset?>(null);
            }

            row.AvailableSince = available && measures.BarredByLocked(userId) is null ? row.AvailableSince ?? time.GetUtcNow() : null;
            return Task.FromResult(row.AvailableSince);
        }
    }

    public Task<DateTimeOffset?> AvailableSince(Guid userId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_users.TryGetValue(userId, out var row) ? row.AvailableSince : null);
        }
    }

    public Task<IReadOnlyList<(Guid UserId, DateTimeOffset Since, bool Shown)>> ListAvailable(IReadOnlyCollection<Guid> users)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<(Guid, DateTimeOffset, bool)>>(
            [
                .. users.Where(u => _users.GetValueOrDefault(u)?.AvailableSince is not null)
                    .Select(u => (u, _users[u].AvailableSince!.Value, _users[u].Open.Count > 0)),
            ]);
        }
    }

    public Task<IReadOnlyList<(Guid UserId, DateTimeOffset Since)>> ListAvailable(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<(Guid, DateTimeOffset)>>(
            [
                .. _users.Where(u => u.Value is { AvailableSince: not null, Open.Count: > 0 })
                    .Select(u => (u.Key, u.Value.AvailableSince!.Value)).OrderBy(u => u.Value).Take(limit),
            ]);
        }
    }

    public Task<int> DeleteDead(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(ForgetClosed(limit));
        }
    }

    public Task<int> CountDead(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_closed.Take(limit).TakeWhile(closed => IsOver(closed.ClosedAt)).Count());
        }
    }

    /// <summary>Under the lock: whether this user is connected, or was a moment ago.</summary>
    public bool IsKnownLocked(Guid userId) => _users.ContainsKey(userId);

    /// <summary>Under the lock: whether somebody of this user is connected and available.</summary>
    public bool IsAvailableLocked(Guid userId) => _users.TryGetValue(userId, out var row) && row.AvailableSince is not null;

    /// <summary>Under the lock: the user's connection a call should belong to, as <c>open_connection</c> in SQL.</summary>
    public string? OpenConnectionLocked(Guid userId, string? wished)
    {
        if (!_users.TryGetValue(userId, out var row) || row.Open.Count == 0)
        {
            return null;
        }

        return row.Open.Find(s => s.Id == wished)?.Id ?? row.Open.MaxBy(s => s.Number)!.Id;
    }

    /// <summary>Under the lock: forgets users who were lost for longer than the grace time; answers who.</summary>
    public List<Guid> ForgetLostLocked(TimeSpan grace, int limit)
    {
        var before = time.GetUtcNow() - grace;
        var lost = _users.Where(u => u.Value.LostAt < before).Select(u => u.Key).Take(limit).ToList();
        lost.ForEach(u => _users.Remove(u));
        return lost;
    }

    // Calls and tickets are not known here; whoever has one is let in by who asks. Every slot that is not closed is open.
    private bool HasRoomLocked(Guid userId, string tab, int max, int maxOfAll) =>
        _slots.Count - _closed.Count < maxOfAll
        || (_users.TryGetValue(userId, out var row) && (row.Open.Count >= max || row.Open.Exists(slot => slot.Tab == tab)));

    private void CloseLocked(Row row, Slot slot)
    {
        row.Open.Remove(slot);
        _closed.Enqueue((time.GetUtcNow(), slot.Id));
    }

    private int ForgetClosed(int limit)
    {
        var forgotten = 0;
        while (forgotten < limit && _closed.TryPeek(out var oldest) && (_closed.Count > MaxClosed || IsOver(oldest.ClosedAt)))
        {
            _slots.Remove(_closed.Dequeue().Id);
            forgotten++;
        }

        return forgotten;
    }

    private bool IsOver(DateTimeOffset closedAt) => time.GetUtcNow() - closedAt > ReplayWindow;

    private sealed record Slot(string Id, Guid UserId, string Tab, long Number);

    private sealed class Row
    {
        public DateTimeOffset? AvailableSince { get; set; }

        public DateTimeOffset? LostAt { get; set; }

        public List<Slot> Open { get; } = [];
    }
}
