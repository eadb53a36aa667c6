using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Matching;

/// <summary>
/// Joining, leaving, and keeping a place. The tickets of this instance's users are kept here, waiting or (without a
/// connection) on hold; only a ticket of somebody connected is in the pool. Bounded by the connections, and as many on hold:
/// of more, the place is kept in the store alone.
/// </summary>
internal sealed class Queue : IKeptPlace
{
    /// <summary>Tickets written back at a time: as many as a group of the store takes without holding up others.</summary>
    private const int WrittenBackAtOnce = 64;

    private readonly IMatchStore _store;
    private readonly ISafetyStore _safety;
    private readonly Measures _measures;
    private readonly Pairing _pairing;
    private readonly ConnectionManager _connections;
    private readonly LiveCalls _live;
    private readonly TimeProvider _time;
    private readonly MatchingOptions _options;
    private readonly Calls.Calls _calls;
    private readonly CallEnding _ending;
    private readonly InstanceLease _lease;
    private readonly ICarrier _carrier;
    private readonly MatchingMetrics _metrics;
    private readonly ILogger<Queue> _logger;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Guid, LocalTicket> _mine = new();
    private long _notHeld;

    public Queue(
        IMatchStore store, ISafetyStore safety, Safety.Safety blocks, Measures measures, Pairing pairing, ConnectionManager connections,
        Presence.Presence presence, InstanceLease lease, Calls.Calls calls, CallEnding ending, LiveCalls live, ICarrier carrier, TimeProvider time,
        IOptions<MatchingOptions> options, MatchingMetrics metrics, ILogger<Queue> logger)
    {
        (_calls, _ending, _lease, _carrier, _metrics, _logger, _measures) = (calls, ending, lease, carrier, metrics, logger, measures);
        (_store, _safety, _pairing, _connections, _live, _time, _options) = (store, safety, pairing, connections, live, time, options.Value);
        presence.Closed += (connection, left) => Hold(connection.UserId, left);
        blocks.Blocked += pairing.Avoid;
        measures.Changing += (user, standing) => standing.IsBarred ? Bar(user) : Task.CompletedTask;
        pairing.Dropped += ticket => _ = Drop(ticket);
        lease.RegisteredAgain += WriteBack;
        calls.Started += call =>
        {
            Seat(call.Initiator);
            Seat(call.Other);
        };
    }

    /// <summary>The tickets of this instance's users, those on hold included.</summary>
    public ICollection<LocalTicket> Mine => _mine.Values;

    public int Count => _mine.Count;

    /// <summary>One for each connection, and as many on hold.</summary>
    public int Max => 2 * _connections.Limit;

    /// <summary>Tickets that were not kept here on hold because there were too many.</summary>
    public long NotHeld => Interlocked.Read(ref _notHeld);

    public LocalTicket? Find(Guid userId) => _mine.GetValueOrDefault(userId);

    public bool IsKept(Guid userId) => _mine.ContainsKey(userId);

    public async Task<Outcome<QueueStatus>> Join(Connection connection, QueueWishes? wishes)
    {
        var read = WishReader.Read(wishes, connection.Card);
        return read.Value is not { } checkedWishes ? read.No!
            : await _measures.JudgeMeeting(connection.UserId) is { } no ? no
            : await Enter(connection, checkedWishes);
    }

    /// <summary>
    /// Joins with the wishes that a ticket had before, as it was stored; null when that cannot be now. The call before it
    /// has ended in any case.
    /// </summary>
    public async Task<QueueStatus?> TryJoinAgain(Connection connection, string? wishes)
    {
        try
        {
            return (await Join(connection, wishes is null ? null : JsonSerializer.Deserialize<QueueWishes>(wishes, WireJson.Options))).Value;
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            MatchingLog.Delayed(_logger);
            return null;
        }
    }

    public async Task Leave(Guid userId)
    {
        await _store.Leave(userId);
        if (_mine.TryGetValue(userId, out var local))
        {
            _metrics.Waited(local.Ticket.Waited(_time.GetUtcNow()), "left");
        }

        Forget(userId);
        _carrier.Tell(MatchingTopics.TicketMoved, new TicketMoved(userId, null));
    }

    /// <summary>A user joined or left through another instance: an older ticket of theirs here no longer counts.</summary>
    public void HearMoved(TicketMoved moved)
    {
        if (moved.Number is null || (_mine.TryGetValue(moved.UserId, out var local) && local.Number < moved.Number))
        {
            Forget(moved.UserId);
        }
    }

    /// <summary>The place of a user who resumes, back in line when it was on hold; null when not in the queue.</summary>
    public async Task<QueueStatus?> Resume(Connection connection)
    {
        if (_mine.TryGetValue(connection.UserId, out var local) && local.HeldSince is null)
        {
            return _pairing.Status(local.Ticket);
        }

        // On hold, or of another instance, or of this process before it was started again: a new ticket at the old place.
        if (await _store.Find(connection.UserId) is { } stored)
        {
            return (await Enter(connection, stored.Wishes)).Value;
        }

        return _mine.TryGetValue(connection.UserId, out local) && local.IsLost
            ? (await Enter(connection, local.Wishes, local.Ticket.Waited(_time.GetUtcNow()))).Value
            : null;
    }

    /// <summary>Gives up places that were on hold for longer than the grace time; the store's sweep does the same.</summary>
    public void ForgetHeld()
    {
        foreach (var local in _mine.Values)
        {
            if (local.HeldSince is { } since && _time.GetElapsedTime(since) > _options.Grace
                && _mine.TryRemove(new KeyValuePair<Guid, LocalTicket>(local.Ticket.UserId, local)))
            {
                _metrics.Waited(local.Ticket.Waited(_time.GetUtcNow()), "lost");
            }
        }
    }

    private async Task<Outcome<QueueStatus>> Enter(Connection connection, QueueWishes wishes, TimeSpan waited = default, bool again = false)
    {
        var avoid = await _safety.AvoidOf(connection.UserId);
        var ticketId = Guid.NewGuid();
        var request = new JoinRequest(connection.UserId, ticketId, connection.Id, wishes, waited);
        if ((await _store.Join(request) ?? (await _ending.Settle(connection.UserId) ? await _store.Join(request) : null)) is not { } joined)
        {
            Forget(connection.UserId);
            await _calls.Tell(connection.UserId);
            return await _measures.JudgeMeeting(connection.UserId, ask: true) ?? MatchingRefusals.Busy;
        }

        var ticket = WishReader.ToTicket(
            wishes, joined.TicketId, connection.UserId, connection.Card.Gender, connection.Id, _time.GetUtcNow() - joined.Waited);
        foreach (var (other, until) in avoid)
        {
            ticket.AddAvoid(other, until ?? DateTimeOffset.MaxValue);
        }

        var hasLeft = false;
        lock (_gate)
        {
            // Two tabs that join at once: the store's order counts, whoever hears of it first.
            var isKnown = _mine.TryGetValue(connection.UserId, out var other);
            hasLeft = again && !isKnown;
            if (!hasLeft && (!isKnown || other!.Number < joined.Number))
            {
                _mine[connection.UserId] = new LocalTicket(ticket, wishes, joined.Number, HeldSince: null);
                _pairing.Add(ticket);
            }
        }

        if (hasLeft)
        {
            await _store.Leave(connection.UserId); // while it was being written back
            return MatchingRefusals.Busy;
        }

        _carrier.Tell(MatchingTopics.TicketMoved, new TicketMoved(connection.UserId, joined.Number));

        if (_live.OfUser(connection.UserId) is { } call)
        {
            Forget(connection.UserId); // taken while it was being added
            if (call.Origin != CallOrigin.Queue)
            {
                return MatchingRefusals.Busy; // by an accepted invite
            }
        }

        if (await _measures.JudgeMeeting(connection.UserId) is { } barred)
        {
            await Bar(connection.UserId); // while it was being added
            return barred;
        }

        if (!_connections.IsOnline(connection.UserId))
        {
            Hold(connection.UserId, Left.Nothing); // gone while it was being added
        }

        return _pairing.Status(ticket);
    }

    private void Hold(Guid userId, Left left)
    {
        if (left == Left.OthersElsewhere)
        {
            _mine.TryRemove(userId, out _); // they wait on with another tab, like anybody of another instance
        }
        else if (left == Left.Nothing && _mine.TryGetValue(userId, out var local) && local.HeldSince is null)
        {
            if (_mine.Count > Max)
            {
                Interlocked.Increment(ref _notHeld);
                Forget(userId);
                return;
            }

            _mine[userId] = local with { HeldSince = _time.GetTimestamp() };
            _pairing.Remove(userId);
        }
    }

    // The database may have lost its unlogged tables: everybody who waits here gets a new ticket at the old place.
    // Some at a time: the lease is not renewed meanwhile, so one by one could outlast it. Who is not connected cannot have
    // one now, but when they resume.
    private async Task WriteBack()
    {
        foreach (var held in _mine.Values.Where(l => l.HeldSince is not null))
        {
            _mine.TryUpdate(held.Ticket.UserId, held with { IsLost = true }, held);
        }

        foreach (var some in _mine.Values.Where(l => l.HeldSince is null).Chunk(WrittenBackAtOnce))
        {
            await Task.WhenAll(some.Select(WriteBack));
        }
    }

    private async Task WriteBack(LocalTicket local)
    {
        var userId = local.Ticket.UserId;
        if (!IsMine(local.Ticket, out _) || _connections.Of(userId) is not [var connection, ..])
        {
            return; // left while others were written back
        }

        await Enter(connection, local.Wishes, local.Ticket.Waited(_time.GetUtcNow()), again: true);
    }

    /// <summary>
    /// The store no longer has this ticket: left, or in a call whose start this instance did not hear of. Or the database
    /// crashed and lost it: then it is written back, as another ticket, and the place is kept.
    /// </summary>
    public async Task Drop(Ticket ticket)
    {
        try
        {
            if (IsMine(ticket, out _))
            {
                await _lease.Confirm();
            }

            if (IsMine(ticket, out var local))
            {
                lock (_gate)
                {
                    if (_mine.TryRemove(new KeyValuePair<Guid, LocalTicket>(ticket.UserId, local)))
                    {
                        _pairing.Remove(ticket.UserId);
                    }
                }

                await _calls.Tell(ticket.UserId);
            }
        }
        catch (Exception e)
        {
            MatchingLog.CallNotTold(_logger, e); // Resume, and joining again, tell it
        }
    }

    // A newer ticket of the same user is another entry.
    private bool IsMine(Ticket ticket, [NotNullWhen(true)] out LocalTicket? local) =>
        _mine.TryGetValue(ticket.UserId, out local) && local.Ticket.TicketId == ticket.TicketId;

    // Whoever leads drops the ticket when it comes to be matched, if not before.
    private async Task Bar(Guid userId)
    {
        Forget(userId);
        _carrier.Tell(MatchingTopics.TicketMoved, new TicketMoved(userId, null));
        await _store.Leave(userId);
    }

    // In a call now: the wishes wait there for a Next.
    private void Seat(LiveSeat seat)
    {
        if (_mine.TryGetValue(seat.UserId, out var local))
        {
            seat.Wishes = JsonSerializer.Serialize(local.Wishes, WireJson.Options);
        }

        Forget(seat.UserId);
    }

    private void Forget(Guid userId)
    {
        _mine.TryRemove(userId, out _);
        _pairing.Remove(userId);
    }
}

/// <summary>
/// A ticket of a user of this instance. <c>HeldSince</c> is a timestamp, null while somebody of them is connected; <c>IsLost</c>:
/// the store may have lost it meanwhile.
/// </summary>
internal sealed record LocalTicket(Ticket Ticket, QueueWishes Wishes, long Number, long? HeldSince, bool IsLost = false);
