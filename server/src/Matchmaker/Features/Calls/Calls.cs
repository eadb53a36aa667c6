using Matchmaker.Features.Accounts;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Calls;

/// <summary>
/// How calls begin and who they belong to. <see cref="Start"/> is the only way a call comes to be; ending is in
/// <see cref="CallEnding"/>.
/// </summary>
internal sealed class Calls
{
    private readonly ICallStore _store;
    private readonly LiveCalls _live;
    private readonly ConnectionManager _connections;
    private readonly Lobby _lobby;
    private readonly CallNotices _notices;
    private readonly Accounts.Accounts _accounts;
    private readonly TimeProvider _time;
    private readonly CallMetrics _metrics;

    public Calls(
        ICallStore store, LiveCalls live, ConnectionManager connections, Lobby lobby, CallNotices notices, Accounts.Accounts accounts,
        Presence.Presence presence, TimeProvider time, CallMetrics metrics)
    {
        (_store, _live, _connections, _lobby, _notices) = (store, live, connections, lobby, notices);
        (_accounts, _time, _metrics) = (accounts, time, metrics);
        presence.Closed += (connection, _) => Leave(connection);
    }

    /// <summary>A call began that concerns users of this instance.</summary>
    public event Action<LiveCall>? Started;

    /// <summary>A member's connection went (false), or a connection took the seat (true).</summary>
    public event Action<LiveCall, LiveSeat, bool>? SeatChanged;

    /// <summary>Starts what can be started and tells those concerned; one answer for each pair.</summary>
    public async Task<IReadOnlyList<StartedCall>> Start(IReadOnlyList<CallPair> pairs, long? epoch, CallOrigin origin)
    {
        var results = await _store.Start(pairs, epoch, origin);
        var byId = pairs.ToDictionary(p => p.CallId);
        foreach (var result in results)
        {
            _metrics.Started(origin, result.Outcome);
            if (result.Outcome == StartOutcome.Started)
            {
                await Adopt(byId[result.CallId], result, origin);
            }
        }

        return results;
    }

    /// <summary>The user's call, from this instance or from the store (after a restart); null when in none.</summary>
    public async Task<LiveCall?> Find(Guid userId)
    {
        if (_live.OfUser(userId) is { } live)
        {
            return live;
        }

        return await _store.FindActive(userId) is { } active ? Adopt(active) : null;
    }

    /// <summary>Tells of a call that the store has and this instance has not heard of: the answer to its start was lost.</summary>
    public async Task Tell(Guid userId)
    {
        if (_live.OfUser(userId) is null && await Find(userId) is { } call)
        {
            Announce(call);
        }
    }

    /// <summary>The user's live call with that id, or why not. What comes late to a call that ended here is answered from
    /// memory: it is frequent, and the database may be away.</summary>
    public async Task<Outcome<LiveCall>> Require(Guid userId, Guid callId) =>
        _live.FindEnded(callId) is null && await Find(userId) is { } call && call.CallId == callId ? call : CallRefusals.NotInCall;

    /// <summary>The same for what only the connection may do that the call belongs to.</summary>
    public async Task<Outcome<LiveCall>> RequireHere(Connection connection, Guid callId)
    {
        var found = _live.Find(callId) is { } live && live.Has(connection.UserId) ? live : await Require(connection.UserId, callId);
        if (found.Value is { } call)
        {
            lock (call.Gate)
            {
                return call.SeatOf(connection.UserId).ConnectionId == connection.Id ? call : CallRefusals.NotHere;
            }
        }

        return found;
    }

    /// <summary>
    /// A connection resumes: it gets the call when the seat is free or when it takes it. Answers the call as this
    /// connection sees it, and whether the connection has just been given the seat.
    /// </summary>
    public async Task<(LiveCall Call, bool Given)?> Resume(Connection connection, bool take)
    {
        if (await Find(connection.UserId) is not { } call)
        {
            return null;
        }

        var free = false;
        lock (call.Gate)
        {
            free = !_connections.IsOpen(call.SeatOf(connection.UserId).ConnectionId);
        }

        var seat = free || take ? await Attach(call, connection, take) : null;
        if ((free || take) && seat is null)
        {
            return null; // it ended meanwhile; callEnded tells
        }

        if (seat is null || seat.Holder != connection.Id || !Sit(call, connection, seat))
        {
            return (call, false);
        }

        return (call, true);
    }

    // The store decides: it may know of a connection elsewhere. Without the database the call goes on from memory.
    private async Task<AttachedSeat?> Attach(LiveCall call, Connection connection, bool take)
    {
        try
        {
            return await _store.Attach(connection.UserId, call.CallId, connection.Id, take);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            lock (call.Gate)
            {
                var seat = call.SeatOf(connection.UserId);
                return new AttachedSeat(connection.Id, seat.StoreRev, seat.ConnectionId, false);
            }
        }
    }

    /// <summary>Tells everybody concerned that a call has begun, once.</summary>
    public void Announce(LiveCall call)
    {
        lock (call.Gate)
        {
            if (call.Announced)
            {
                return; // two ways of hearing of it met
            }

            call.Announced = true;
        }

        Started?.Invoke(call);
        _notices.Started(call);
    }

    /// <summary>Writes both seats as they are here; false when one of the two is not connected here.</summary>
    public async Task<bool> WriteSeats(LiveCall call)
    {
        string? initiator, other;
        lock (call.Gate)
        {
            (initiator, other) = (call.Initiator.ConnectionId, call.Other.ConnectionId);
        }

        if (!_connections.IsOpen(initiator) || !_connections.IsOpen(other))
        {
            return false;
        }

        foreach (var (user, connection) in new[] { (call.Initiator.UserId, initiator!), (call.Other.UserId, other!) })
        {
            if (await _store.Attach(user, call.CallId, connection, take: true) is { } seat)
            {
                lock (call.Gate)
                {
                    (call.SeatOf(user).StoreRev, call.Rev) = (seat.Rev, Math.Max(call.Rev, seat.Rev));
                }
            }
        }

        return true;
    }

    private bool Sit(LiveCall call, Connection connection, AttachedSeat attached)
    {
        var seat = call.SeatOf(connection.UserId);
        string? previous;
        bool away;
        lock (call.Gate)
        {
            if (attached.Rev < seat.StoreRev)
            {
                return seat.ConnectionId == connection.Id; // a later one took it
            }

            (previous, away) = (seat.ConnectionId ?? attached.Previous, seat.AwayStamp is not null);
            (seat.ConnectionId, seat.AwayStamp) = (connection.Id, null);
            (seat.StoreRev, call.Rev) = (attached.Rev, Math.Max(call.Rev + 1, attached.Rev));
        }

        if (previous is not null && previous != connection.Id && _connections.IsOpen(previous))
        {
            _notices.Moved(call, previous);
        }

        if (away || attached.WasAway)
        {
            _notices.Partner(call, connection.UserId, PartnerState.Back);
        }

        SeatChanged?.Invoke(call, seat, true);
        if (!_connections.IsOpen(connection.Id))
        {
            Leave(connection); // gone while it was being seated
        }

        return true;
    }

    /// <summary>The connection is gone: a clock starts, nothing more.</summary>
    private void Leave(Connection connection)
    {
        if (_live.OfUser(connection.UserId) is not { } call)
        {
            return;
        }

        var seat = call.SeatOf(connection.UserId);
        lock (call.Gate)
        {
            if (seat.ConnectionId != connection.Id)
            {
                return;
            }

            (seat.ConnectionId, seat.AwayStamp) = (null, _time.GetTimestamp());
        }

        SeatChanged?.Invoke(call, seat, false);
        _notices.Partner(call, connection.UserId, PartnerState.Away);
    }

    private async Task Adopt(CallPair pair, StartedCall started, CallOrigin origin)
    {
        var now = _time.GetTimestamp();
        var call = Add(new LiveCall(
            pair.CallId, origin, pair.CallSeconds, started.EndsAt, now, now + (pair.CallSeconds * _time.TimestampFrequency),
            new LiveSeat(await Card(pair.InitiatorId), started.InitiatorConnection, null),
            new LiveSeat(await Card(pair.OtherId), started.OtherConnection, null)));
        if (call is null)
        {
            return;
        }

        Announce(call);
        foreach (var seat in new[] { call.Initiator, call.Other })
        {
            // Closed between the store's answer and this line: its own close found no call to leave.
            if (seat.ConnectionId is { } id && !_connections.IsOpen(id))
            {
                Leave(new Connection(id, seat.UserId, Guid.Empty, ""));
            }
        }
    }

    private LiveCall? Adopt(ActiveCall active)
    {
        var now = _time.GetTimestamp();
        var call = new LiveCall(
            active.CallId, active.Origin, active.CallSeconds, active.EndsAt,
            now - (long)(active.Elapsed.TotalSeconds * _time.TimestampFrequency),
            now + (long)(active.Remaining.TotalSeconds * _time.TimestampFrequency),
            Seat(active.Initiator, now), Seat(active.Other, now))
        { Rev = active.Rev };
        return Add(call);
    }

    // A seat whose connection is not here starts its clock anew: it could not come back while no instance ran.
    private LiveSeat Seat(ActiveSeat seat, long now)
    {
        var here = _connections.IsOpen(seat.ConnectionId);
        return new LiveSeat(seat.Card, here ? seat.ConnectionId : null, seat.Wishes) { AwayStamp = here ? null : now };
    }

    private LiveCall? Add(LiveCall call)
    {
        var added = _live.Add(call);
        if (added == call)
        {
            _lobby.SetInCall(call.Initiator.UserId, true);
            _lobby.SetInCall(call.Other.UserId, true);
        }

        return added;
    }

    // Who is connected here has their card at hand.
    // A call that has begun is told in any case, if need be without the name.
    private async ValueTask<Card> Card(Guid userId)
    {
        try
        {
            return _connections.Of(userId) is [var connection, ..] ? connection.Card : await _accounts.FindCard(userId) ?? Cards.Deleted(userId);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            return Cards.Deleted(userId);
        }
    }
}
