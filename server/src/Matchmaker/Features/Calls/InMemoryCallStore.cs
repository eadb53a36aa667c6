using Matchmaker.Features.Accounts;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Calls of an embedded server. Bounded: one live call per two connections, ended calls remembered for
/// <see cref="RememberEnded"/> and at most <see cref="MaxEnded"/> of them,
/// of the history <see cref="MaxHistory"/> calls of a user and <see cref="HistoryBytes"/> of all.
/// </summary>
internal sealed class InMemoryCallStore(
    EmbeddedLock embedded, InMemorySeats seats, InMemoryPresenceStore presence, InMemorySafetyStore safety, InMemoryMeasureStore measures, IClaims claims,
    IAccountStore accounts, TimeProvider time, IOptions<CallOptions> options, CallMetrics metrics) : ICallStore
{
    /// <summary>Calls kept in the history of one user; the oldest go.</summary>
    public const int MaxHistory = 200;

    /// <summary>By estimate, some 60,000 entries with usual cards: a sixteenth of a process of 512 MB. The oldest go, whosever they are.</summary>
    public const int HistoryBytes = 32 * 1024 * 1024;

    /// <summary>Ended calls remembered, so that whoever ends one again hears how it ended; the oldest go.</summary>
    public const int MaxEnded = 10_000;

    private static readonly TimeSpan RememberEnded = TimeSpan.FromMinutes(5);
    private readonly Dictionary<Guid, Row> _calls = [];
    private readonly Queue<(DateTimeOffset At, Guid CallId)> _ended = new();
    // The card is counted as if nobody else had it, which becomes true when its user changes it.
    private readonly BoundedLog<Guid, HistoryEntry> _history = new(MaxHistory, HistoryBytes, static entry => 96 + entry.Partner.Weigh());

    public (long Bytes, long Dropped) HistoryFigures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_history.Bytes, _history.Dropped);
            }
        }
    }

    public int Ended
    {
        get
        {
            lock (embedded.Gate)
            {
                return _ended.Count;
            }
        }
    }

    public Task<IReadOnlyList<StartedCall>> Start(IReadOnlyList<CallPair> pairs, long? epoch, CallOrigin origin)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<StartedCall>>([.. pairs.Select(p => StartOne(p, origin))]);
        }
    }

    public async Task<EndedCall?> End(CallEnd end)
    {
        Row? row;
        lock (embedded.Gate)
        {
            row = _calls.GetValueOrDefault(end.CallId);
        }

        if (row is null)
        {
            return null;
        }

        // The cards as they are at the end; looked up outside the lock, used only by the one who ends it.
        var a = await accounts.FindUser(row.Initiator) ?? Cards.Deleted(row.Initiator);
        var b = await accounts.FindUser(row.Other) ?? Cards.Deleted(row.Other);
        lock (embedded.Gate)
        {
            return row.Ended ??= EndLocked(row, end, a, b);
        }
    }

    public Task<AttachedSeat?> Attach(Guid userId, Guid callId, string connectionId, bool take)
    {
        lock (embedded.Gate)
        {
            if (!seats.Rows.TryGetValue(userId, out var seat) || seat.CallId != callId || !_calls.TryGetValue(callId, out var row))
            {
                return Task.FromResult<AttachedSeat?>(null);
            }

            var previous = seat.ConnectionId;
            if (previous is not null && previous != connectionId && !take && presence.OpenConnectionLocked(userId, previous) == previous)
            {
                return Task.FromResult<AttachedSeat?>(new AttachedSeat(previous, row.Rev, previous));
            }

            (seat.ConnectionId, seat.AwaySince) = (connectionId, null);
            return Task.FromResult<AttachedSeat?>(new AttachedSeat(connectionId, ++row.Rev, previous));
        }
    }

    public async Task<IReadOnlyList<ActiveCall>> ListActive(IReadOnlyCollection<Guid> users)
    {
        var calls = new List<ActiveCall>();
        foreach (var user in users)
        {
            if (await FindActive(user) is { } call)
            {
                calls.Add(call);
            }
        }

        return [.. calls.DistinctBy(c => c.CallId)];
    }

    public async Task<ActiveCall?> FindActive(Guid userId)
    {
        Row row;
        InMemorySeats.Seat a, b;
        lock (embedded.Gate)
        {
            if (!seats.Rows.TryGetValue(userId, out var seat))
            {
                return null;
            }

            row = _calls[seat.CallId];
            (a, b) = (seats.Rows[row.Initiator], seats.Rows[row.Other]);
        }

        return new ActiveCall(
            row.CallId, row.Origin, row.CallSeconds, row.EndsAt, time.GetUtcNow() - row.StartedAt, row.EndsAt - time.GetUtcNow(), row.Rev,
            new ActiveSeat(await accounts.FindUser(row.Initiator) ?? Cards.Deleted(row.Initiator), a.ConnectionId, a.AwaySince is not null, a.Wishes),
            new ActiveSeat(await accounts.FindUser(row.Other) ?? Cards.Deleted(row.Other), b.ConnectionId, b.AwaySince is not null, b.Wishes));
    }

    public Task<IReadOnlyList<(Guid CallId, EndReason Reason)>> Sweep(TimeSpan grace, int limit)
    {
        lock (embedded.Gate)
        {
            var now = time.GetUtcNow();
            claims.ForgetLocked(presence.ForgetLostLocked(grace, limit));
            foreach (var (user, seat) in seats.Rows)
            {
                if (seat.ConnectionId is null || presence.OpenConnectionLocked(user, seat.ConnectionId) != seat.ConnectionId)
                {
                    seat.AwaySince ??= now;
                }
            }

            return Task.FromResult<IReadOnlyList<(Guid, EndReason)>>([.. Abandoned(grace).Take(limit)]);
        }
    }

    public Task<int> CountAbandoned(TimeSpan grace, int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(Abandoned(grace).Take(limit).Count());
        }
    }

    public Task<IReadOnlyList<HistoryEntry>> History(Guid userId, int limit, (DateTimeOffset StartedAt, Guid CallId)? before)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<HistoryEntry>>(
            [
                .. _history.Of(userId)
                    .Where(h => before is not { } b || h.StartedAt < b.StartedAt || (h.StartedAt == b.StartedAt && h.CallId.CompareTo(b.CallId) < 0))
                    .OrderByDescending(h => h.StartedAt).ThenByDescending(h => h.CallId).Take(limit),
            ]);
        }
    }

    /// <summary>There is no cheaper place in the same memory; the bounds of the history hold it instead.</summary>
    public Task<int> Archive(TimeSpan age, int limit) => Task.FromResult(0);

    public Task<int> CountOld(TimeSpan age, int limit) => Task.FromResult(0);

    public Task<int> Forget(TimeSpan age, int limit)
    {
        lock (embedded.Gate)
        {
            var old = Old(age).Take(limit).ToHashSet();
            _history.Rewrite(entry => old.Contains(entry.CallId) ? null : entry);
            return Task.FromResult(old.Count);
        }
    }

    public Task<int> CountForgettable(TimeSpan age, int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(Old(age).Take(limit).Count());
        }
    }

    public Task<HistoryEntry?> FindInHistory(Guid userId, Guid callId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_history.Of(userId).FirstOrDefault(h => h.CallId == callId));
        }
    }

    /// <summary>Under the lock: what is known of a call that a user is or was in; null when it was too short and is forgotten.</summary>
    public CallFacts? FactsLocked(Guid callId, Guid userId)
    {
        if (_calls.TryGetValue(callId, out var row) && (row.Initiator == userId || row.Other == userId))
        {
            var partner = row.Initiator == userId ? row.Other : row.Initiator;
            return row.Ended is { } ended
                ? new CallFacts(partner, row.StartedAt, row.StartedAt.AddSeconds(ended.Seconds), ended.Seconds, row.Origin, ended.Reason)
                : new CallFacts(partner, row.StartedAt, null, (int)(time.GetUtcNow() - row.StartedAt).TotalSeconds, row.Origin, null);
        }

        return _history.Of(userId).FirstOrDefault(h => h.CallId == callId) is { } entry
            ? new CallFacts(
                entry.Partner.Id, entry.StartedAt, entry.StartedAt.AddSeconds(entry.Seconds), entry.Seconds, entry.Origin, entry.Reason)
            : null;
    }

    public Task Erase(Guid userId)
    {
        lock (embedded.Gate)
        {
            _history.Remove(userId);
            _history.Rewrite(entry => entry.Partner.Id == userId ? entry with { Partner = Cards.Deleted(userId) } : entry);
            return Task.CompletedTask;
        }
    }

    private StartedCall StartOne(CallPair pair, CallOrigin origin)
    {
        var (a, b) = (pair.InitiatorId, pair.OtherId);
        var now = time.GetUtcNow();
        var (connA, connB) = (presence.OpenConnectionLocked(a, pair.InitiatorConnection), presence.OpenConnectionLocked(b, pair.OtherConnection));
        // Whoever is barred has no ticket in a moment, as in PostgreSQL already.
        var isBarred = measures.BarredByLocked(a) is not null || measures.BarredByLocked(b) is not null;
        var outcome =
            (pair.InitiatorTicket is { } ta && !claims.HasTicketLocked(a, ta)) || (pair.OtherTicket is { } tb && !claims.HasTicketLocked(b, tb))
                ? StartOutcome.Ticket
            : seats.IsSeatedLocked(a) || seats.IsSeatedLocked(b) ? StartOutcome.Seated
            : connA is null || connB is null ? StartOutcome.Offline
            : isBarred && pair.InitiatorTicket is not null ? StartOutcome.Ticket
            : isBarred || safety.IsBlockedLocked(a, b) ? StartOutcome.Blocked
            : safety.CooldownLocked(a, b) is not null ? StartOutcome.Cooldown
            : pair.InviteId is { } invite && !claims.IsInviteLiveLocked(invite) ? StartOutcome.Invite
            : StartOutcome.Started;
        var endsAt = now + TimeSpan.FromSeconds(pair.CallSeconds);
        if (outcome != StartOutcome.Started)
        {
            return new StartedCall(pair.CallId, outcome, now, endsAt, null, null);
        }

        if (pair.InviteId is { } accepted)
        {
            claims.AcceptInviteLocked(accepted, pair.CallId);
        }

        _calls.Add(pair.CallId, new Row(pair.CallId, a, b, pair.CallSeconds, origin, now, endsAt));
        seats.Rows.Add(a, new InMemorySeats.Seat(pair.CallId, connA, claims.TakeTicketLocked(a)));
        seats.Rows.Add(b, new InMemorySeats.Seat(pair.CallId, connB, claims.TakeTicketLocked(b)));
        return new StartedCall(pair.CallId, StartOutcome.Started, now, endsAt, connA, connB);
    }

    private EndedCall EndLocked(Row row, CallEnd end, Card a, Card b)
    {
        var o = options.Value;
        var now = time.GetUtcNow();
        var endedAt = now - time.GetElapsedTime(end.At);
        endedAt = endedAt < row.StartedAt ? row.StartedAt : endedAt > row.EndsAt ? row.EndsAt : endedAt;
        var seconds = (int)(endedAt - row.StartedAt).TotalSeconds;
        var recorded = seconds >= o.HistoryFromSeconds;
        if (recorded)
        {
            _history.Add(row.Initiator, new HistoryEntry(row.CallId, b, row.StartedAt, seconds, end.Reason, row.Origin, false));
            _history.Add(row.Other, new HistoryEntry(row.CallId, a, row.StartedAt, seconds, end.Reason, row.Origin, false));
        }

        seats.Rows.Remove(row.Initiator);
        seats.Rows.Remove(row.Other);
        var cooldown = end.Reason == EndReason.PartnerLost || seconds < o.HistoryFromSeconds ? o.ShortCooldown : o.Cooldown;
        var until = safety.ExtendCooldownLocked(row.Initiator, row.Other, endedAt + cooldown);
        _ended.Enqueue((now, row.CallId));
        while (_ended.TryPeek(out var oldest) && (_ended.Count > MaxEnded || now - oldest.At > RememberEnded))
        {
            _calls.Remove(_ended.Dequeue().CallId);
        }

        metrics.Ended(end.Reason, seconds);
        return new EndedCall(row.CallId, seconds, recorded, end.Reason, until, ++row.Rev);
    }

    private IEnumerable<Guid> Old(TimeSpan age)
    {
        var before = time.GetUtcNow() - age;
        return _history.All.Where(entry => entry.StartedAt < before).Select(entry => entry.CallId).Distinct();
    }

    private IEnumerable<(Guid CallId, EndReason Reason)> Abandoned(TimeSpan grace)
    {
        var before = time.GetUtcNow() - TimeSpan.FromSeconds(5);
        return seats.Rows.Where(s => measures.BarredByLocked(s.Key) == MeasureKind.Ban).Select(s => (s.Value.CallId, EndReason.Banned))
            .Concat(_calls.Values.Where(c => c.Ended is null && c.EndsAt < before).Select(c => (c.CallId, EndReason.TimeUp)))
            .Concat(seats.Rows.Values.Where(s => s.AwaySince < before - grace).Select(s => (s.CallId, EndReason.PartnerLost)))
            .DistinctBy(c => c.CallId);
    }

    private sealed class Row(
        Guid callId, Guid initiator, Guid other, int callSeconds, CallOrigin origin, DateTimeOffset startedAt, DateTimeOffset endsAt)
    {
        public Guid CallId => callId;

        public Guid Initiator => initiator;

        public Guid Other => other;

        public int CallSeconds => callSeconds;

        public CallOrigin Origin => origin;

        public DateTimeOffset StartedAt => startedAt;

        public DateTimeOffset EndsAt => endsAt;

        public int Rev { get; set; } = 1;

        public EndedCall? Ended { get; set; }
    }
}
