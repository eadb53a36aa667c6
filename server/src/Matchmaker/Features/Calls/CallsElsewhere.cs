using System.Collections.Concurrent;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Follows what other instances do with calls whose people are here: their beginning (read from the rows), who sits where,
/// their end. One after the other, so that an end never overtakes the beginning that is still being read; but what is only
/// written, such as an end, is waited for by nobody.
/// </summary>
internal sealed class CallsElsewhere : IFollower
{
    private const int MaxWaiting = 10_000;

    private readonly ICallStore _store;
    private readonly Calls _calls;
    private readonly CallEnding _ending;
    private readonly LiveCalls _live;
    private readonly ConnectionManager _connections;
    private readonly ConnectionDirectory _directory;
    private readonly Lobby _lobby;
    private readonly LobbyElsewhere _others;
    private readonly TimeProvider _time;
    private readonly ILogger<CallsElsewhere> _logger;
    private readonly ConcurrentQueue<CallBegun> _begun = new();
    private readonly InTurn _work;

    public CallsElsewhere(
        ICallStore store, Calls calls, CallEnding ending, LiveCalls live, ConnectionManager connections, ConnectionDirectory directory,
        Lobby lobby, LobbyElsewhere others, InstanceLease lease, Outbox outbox, ICarrier carrier, TimeProvider time,
        ILogger<CallsElsewhere> logger)
    {
        (_store, _calls, _ending, _live, _connections) = (store, calls, ending, live, connections);
        (_directory, _lobby, _others, _time, _logger) = (directory, lobby, others, time, logger);
        _work = new InTurn(MaxWaiting, Failed);
        ending.Ended += (call, _) => Mark(call.Initiator.UserId, call.Other.UserId); // whether they are shown again is in the rows
        if (!carrier.IsAlone)
        {
            lease.RegisteredAgain += CatchUp;
        }

        carrier.On(CallTopics.Begun, Add);
        carrier.On(CallTopics.SeatTaken, taken => _work.Add(() => Hear(taken)));
        carrier.On(CallTopics.SeatLeft, left => _work.Add(() => Hear(left)));
        carrier.On(CallTopics.Over, over => _work.Add(() => Hear(over)));
        // What is sent to a connection belongs to its call: a signal must not overtake the call's beginning.
        carrier.On(Parcel.Topic, parcel => _work.Add(() =>
        {
            outbox.Deliver(parcel);
            return Task.CompletedTask;
        }));
    }

    /// <summary>What was heard and waits to be done.</summary>
    public InTurn Work => _work;

    public async Task CatchUp()
    {
        var before = _live.All();
        var users = _connections.All().Select(c => c.UserId)
            .Concat(before.SelectMany(c => new[] { c.Initiator.UserId, c.Other.UserId })).ToHashSet();
        if (users.Count == 0)
        {
            return;
        }

        var asked = _time.GetTimestamp();
        var active = (await _store.ListActive(users)).ToDictionary(c => c.CallId);
        // Through the same queue as what is told, which may be newer than these rows: revs tell. Waited for: who holds the
        // lease again judges who is lost.
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_work.Add(() => Compare(active, before, asked, done)))
        {
            await done.Task;
        }
    }

    private void Add(CallBegun begun)
    {
        if (_begun.Count < MaxWaiting)
        {
            _begun.Enqueue(begun);
            _work.Add(HearBegun);
        }
    }

    // All that began by now in one read: the others in the queue find nothing left.
    private async Task HearBegun()
    {
        var users = new HashSet<Guid>();
        while (_begun.TryDequeue(out var begun))
        {
            _lobby.HideElsewhere(begun.Initiator);
            _lobby.HideElsewhere(begun.Other);
            if (_live.Find(begun.CallId) is { } known)
            {
                _calls.Announce(known);
            }
            else if (_connections.IsOnline(begun.Initiator) || _connections.IsOnline(begun.Other))
            {
                users.UnionWith([begun.Initiator, begun.Other]);
            }
        }

        if (users.Count > 0)
        {
            var asked = _time.GetTimestamp();
            foreach (var call in await _store.ListActive(users))
            {
                Compare(call, asked);
            }
        }
    }

    private Task Hear(SeatTaken taken)
    {
        _directory.Learn(taken.ConnectionId, taken.Instance);
        if (_live.Find(taken.CallId) is { } call)
        {
            _calls.HearTaken(call, taken.UserId, taken.ConnectionId, taken.Rev);
        }

        return Task.CompletedTask;
    }

    private Task Hear(SeatLeft left)
    {
        if (_live.Find(left.CallId) is { } call)
        {
            _calls.HearLeft(call, left.UserId, left.ConnectionId);
        }

        return Task.CompletedTask;
    }

    private Task Hear(CallOver over)
    {
        if (over is { Initiator: { } initiator, Other: { } other })
        {
            Mark(initiator, other);
            if (over.CooldownUntil is { } until)
            {
                _lobby.Avoid(initiator, other, until);
            }
        }

        if (_live.HearOver(over.CallId) is { } call)
        {
            _ = _ending.HearEnded(call, over.Reason);
        }

        return Task.CompletedTask;
    }

    private void Mark(Guid initiator, Guid other)
    {
        _others.Mark(initiator);
        _others.Mark(other);
    }

    private Task Compare(Dictionary<Guid, ActiveCall> active, LiveCall[] before, long asked, TaskCompletionSource done)
    {
        try
        {
            foreach (var call in active.Values)
            {
                Compare(call, asked);
            }

            foreach (var call in before.Where(c => !active.ContainsKey(c.CallId) && _live.Find(c.CallId) == c))
            {
                _ = _ending.HearEnded(call, EndReason.Hangup); // the row has the true reason
            }
        }
        finally
        {
            done.SetResult();
        }

        return Task.CompletedTask;
    }

    /// <param name="active">A call as its rows were.</param>
    /// <param name="asked">When they were asked for.</param>
    private void Compare(ActiveCall active, long asked)
    {
        foreach (var seat in new[] { active.Initiator, active.Other })
        {
            if (seat is { ConnectionId: { } connection, Instance: { } instance })
            {
                _directory.Learn(connection, instance);
            }
        }

        if (_live.Find(active.CallId) is not { } call)
        {
            _calls.Tell(active);
            return;
        }

        _calls.Announce(call); // found for one of the two who asked for it, perhaps without the other
        foreach (var row in new[] { active.Initiator, active.Other })
        {
            // Of a connection that is or was here, this instance knows best.
            if (!_calls.IsElsewhere(row.ConnectionId) || IsNewer(call.SeatOf(row.Card.Id), asked, call))
            {
                continue;
            }

            if (row.Away)
            {
                _calls.HearLeft(call, row.Card.Id, row.ConnectionId!);
            }
            else
            {
                _calls.HearTaken(call, row.Card.Id, row.ConnectionId!, active.Rev);
            }
        }
    }

    // Taken here without the database, or left since the rows were asked for: that does not change the rev.
    private static bool IsNewer(LiveSeat seat, long asked, LiveCall call)
    {
        lock (call.Gate)
        {
            return seat.IsUnwritten || seat.AwayStamp >= asked;
        }
    }

    private void Failed(Exception e)
    {
        if (DatabaseFailure.IsAway(e))
        {
            CallLog.FollowDelayed(_logger);
        }
        else
        {
            CallLog.FollowFailed(_logger, e);
        }
    }
}
