using Matchmaker.Features.Accounts;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Calls;

/// <summary>
/// How calls begin and who they belong to. <see cref="Start"/> is the only way a call comes to be; ending is in
/// <see cref="CallEnding"/>.
/// </summary>
internal sealed partial class Calls
{
    /// <summary>Between the opening of a connection and its Resume.</summary>
    private static readonly TimeSpan MoveWithin = TimeSpan.FromSeconds(2);

    private readonly ICallStore _store;
    private readonly LiveCalls _live;
    private readonly ConnectionManager _connections;
    private readonly Lobby _lobby;
    private readonly CallNotices _notices;
    private readonly Accounts.Accounts _accounts;
    private readonly InstanceLease _lease;
    private readonly ICarrier _carrier;
    private readonly InstanceIdentity _instance;
    private readonly TimeProvider _time;
    private readonly CallMetrics _metrics;

    public Calls(
        ICallStore store, LiveCalls live, ConnectionManager connections, Lobby lobby, CallNotices notices, Accounts.Accounts accounts,
        Presence.Presence presence, InstanceLease lease, ICarrier carrier, InstanceIdentity instance, TimeProvider time, CallMetrics metrics)
    {
        (_store, _live, _connections, _lobby, _notices) = (store, live, connections, lobby, notices);
        (_accounts, _lease, _carrier, _instance, _time, _metrics) = (accounts, lease, carrier, instance, time, metrics);
        lease.RegisteredAgain += WriteBack;
        presence.Closed += (connection, left) =>
        {
            if (connection.Displaced)
            {
                _ = LeaveSoon(connection);
            }
            else
            {
                Leave(connection.UserId, connection.Id);
            }
        };
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
            TellSeats(call);
        }
    }

    /// <summary>The same of a call that was read from the store.</summary>
    public void Tell(ActiveCall active)
    {
        if (Adopt(active) is { } call)
        {
            Announce(call);
            TellSeats(call);
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

        Announce(call, except: connection.Id); // of another tab here nobody knows whether it heard
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
            _lease.MarkStale();
            lock (call.Gate)
            {
                var seat = call.SeatOf(connection.UserId);
                var holder = take || !IsElsewhere(seat.ConnectionId) ? connection.Id : seat.ConnectionId!;
                if (holder == connection.Id)
                {
                    seat.Unwritten = (connection.Id, take);
                }

                return new AttachedSeat(holder, seat.StoreRev, seat.ConnectionId);
            }
        }
    }

    /// <summary>Tells everybody concerned that a call has begun, once; <paramref name="except"/> finds it in its snapshot.</summary>
    public void Announce(LiveCall call, string? except = null)
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
        _notices.Started(call, except);
    }

    // Whoever started the call does not know where the others' connections are, nor whether they still are.
    private void TellSeats(LiveCall call)
    {
        foreach (var seat in new[] { call.Initiator, call.Other })
        {
            string? connection;
            int rev;
            lock (call.Gate)
            {
                (connection, rev) = (seat.ConnectionId, seat.StoreRev);
            }

            if (_connections.IsOpen(connection))
            {
                _carrier.Tell(CallTopics.SeatTaken, new SeatTaken(call.CallId, seat.UserId, connection!, _instance.Name, rev));
            }
        }
    }

    /// <summary>A member took their seat, here or elsewhere; false when a later one has it.</summary>
    public bool HearTaken(LiveCall call, Guid userId, string connectionId, int rev, string? before = null)
    {
        var seat = call.SeatOf(userId);
        string? previous;
        bool away;
        lock (call.Gate)
        {
            if (seat.ConnectionId == connectionId)
            {
                (seat.StoreRev, call.Rev) = (Math.Max(rev, seat.StoreRev), Math.Max(rev, call.Rev));
                return true;
            }

            if (rev < seat.StoreRev)
            {
                return false;
            }

            (previous, away) = (seat.ConnectionId ?? before, seat.AwayStamp is not null);
            (seat.ConnectionId, seat.AwayStamp) = (connectionId, null);
            (seat.StoreRev, call.Rev) = (rev, Math.Max(call.Rev + 1, rev));
        }

        if (previous is not null && previous != connectionId && _connections.IsOpen(previous))
        {
            _notices.Moved(call, previous);
        }

        if (away)
        {
            _notices.Partner(call, userId, PartnerState.Back);
        }

        SeatChanged?.Invoke(call, seat, true);
        return true;
    }

    /// <summary>The connection is gone: a clock starts, nothing more. False when the seat is not that one's.</summary>
    public bool HearLeft(LiveCall call, Guid userId, string connectionId)
    {
        var seat = call.SeatOf(userId);
        lock (call.Gate)
        {
            if (seat.ConnectionId != connectionId)
            {
                return false;
            }

            (seat.ConnectionId, seat.LeftConnectionId, seat.AwayStamp) = (null, connectionId, _time.GetTimestamp());
        }

        SeatChanged?.Invoke(call, seat, false);
        _notices.Partner(call, userId, PartnerState.Away);
        return true;
    }

    /// <summary>A connection that is not here, nor was lately: another instance has it.</summary>
    public bool IsElsewhere(string? connectionId) =>
        !_carrier.IsAlone && connectionId is not null && !_connections.IsOpen(connectionId) && !_connections.HasLeft(connectionId);

    private bool Sit(LiveCall call, Connection connection, AttachedSeat attached)
    {
        if (!HearTaken(call, connection.UserId, connection.Id, attached.Rev, attached.Previous))
        {
            return false;
        }

        _carrier.Tell(CallTopics.SeatTaken, new SeatTaken(call.CallId, connection.UserId, connection.Id, _instance.Name, attached.Rev));
        if (!_connections.IsOpen(connection.Id))
        {
            Leave(connection.UserId, connection.Id); // gone while it was being seated
        }

        return true;
    }

    // A newer connection of the user took its place and takes the seat in a moment: nobody was away in between.
    private async Task LeaveSoon(Connection connection)
    {
        await Task.Delay(MoveWithin, _time);
        Leave(connection.UserId, connection.Id);
    }

    private void Leave(Guid userId, string connectionId)
    {
        if (_live.OfUser(userId) is { } call && HearLeft(call, userId, connectionId))
        {
            _carrier.Tell(CallTopics.SeatLeft, new SeatLeft(call.CallId, userId, connectionId));
        }
    }

    private async Task Adopt(CallPair pair, StartedCall started, CallOrigin origin)
    {
        _carrier.Tell(CallTopics.Begun, new CallBegun(pair.CallId, pair.InitiatorId, pair.OtherId));
        if (!_carrier.IsAlone && !_connections.IsOnline(pair.InitiatorId) && !_connections.IsOnline(pair.OtherId))
        {
            return; // the matcher's instance leads for all; those two are elsewhere
        }

        var now = _time.GetTimestamp();
        // Other instances read it in the row, and refuse what is said of a seat with less.
        const int rowsFirst = 1;
        var rev = _carrier.IsAlone ? 0 : rowsFirst;
        var call = Add(new LiveCall(
            pair.CallId, origin, pair.CallSeconds, started.EndsAt, now, now + (pair.CallSeconds * _time.TimestampFrequency),
            new LiveSeat(await Card(pair.InitiatorId), started.InitiatorConnection, null) { StoreRev = rev },
            new LiveSeat(await Card(pair.OtherId), started.OtherConnection, null) { StoreRev = rev }));
        if (call is null)
        {
            return;
        }

        Announce(call);
        foreach (var seat in new[] { call.Initiator, call.Other })
        {
            // Closed between the store's answer and this line: its own close found no call to leave.
            if (seat.ConnectionId is { } id && !_connections.IsOpen(id) && !IsElsewhere(id))
            {
                Leave(seat.UserId, id);
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
            Seat(active, active.Initiator, now), Seat(active, active.Other, now))
        { Rev = active.Rev };
        // Asked for by somebody who is in no call here: another instance looks after it.
        return _carrier.IsAlone || _connections.IsOnline(call.Initiator.UserId) || _connections.IsOnline(call.Other.UserId) ? Add(call) : call;
    }

    // A seat whose connection is nowhere starts its clock anew: it could not come back while no instance ran.
    private LiveSeat Seat(ActiveCall active, ActiveSeat seat, long now)
    {
        var there = _connections.IsOpen(seat.ConnectionId) || (!seat.Away && IsElsewhere(seat.ConnectionId));
        return new LiveSeat(seat.Card, there ? seat.ConnectionId : null, seat.Wishes)
        {
            AwayStamp = there ? null : now,
            StoreRev = _carrier.IsAlone ? 0 : active.Rev,
        };
    }

    private LiveCall? Add(LiveCall call)
    {
        var added = _live.Add(call);
        if (added == call)
        {
            _lobby.SetInCall(call.Initiator.UserId, call.CallId, true);
            _lobby.SetInCall(call.Other.UserId, call.CallId, true);
            if (_live.Find(call.CallId) is null)
            {
                // It ended in this moment, and said so before it was said that it began.
                _lobby.SetInCall(call.Initiator.UserId, call.CallId, false);
                _lobby.SetInCall(call.Other.UserId, call.CallId, false);
            }
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
