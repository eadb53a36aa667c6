using System.Collections.Concurrent;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Signaling;

/// <summary>
/// Carries signals between the two connections of a call: size, kind and membership are checked, the bytes are not
/// touched. No database on this path. One pair of buffers a live call, dropped when it ends.
/// </summary>
internal sealed class Relay
{
    /// <summary>Silence is noticed this late: what was sent to a connection in its last seconds may never have arrived.</summary>
    private static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AgeEvery = TimeSpan.FromSeconds(10);

    /// <summary>The rows may say that a connection is back before its instance can be reached; not worth anything after ten seconds.</summary>
    private const int HeldTries = 50;
    private static readonly TimeSpan HeldEvery = TimeSpan.FromMilliseconds(200);

    private readonly Calls.Calls _calls;
    private readonly LiveCalls _live;
    private readonly CallNotices _notices;
    private readonly IOutbox _outbox;
    private readonly TimeProvider _time;
    private readonly SignalingOptions _options;
    private readonly RelayMetrics _metrics;
    private readonly ConcurrentDictionary<Guid, Buffers> _buffers = new();
    private readonly Lock _aging = new();
    private long _aged;

    public Relay(
        Calls.Calls calls, LiveCalls live, CallEnding ending, CallNotices notices, IOutbox outbox, TimeProvider time,
        RelayMetrics metrics, IOptions<SignalingOptions> options)
    {
        (_calls, _live, _notices, _outbox, _time, _metrics, _options) = (calls, live, notices, outbox, time, metrics, options.Value);
        Budget = new SignalBudget(_options.MaxKeptBytesOfAll);
        calls.Started += Add;
        calls.SeatChanged += (call, seat, seated) =>
        {
            if (!_buffers.TryGetValue(call.CallId, out var buffers))
            {
                return;
            }

            if (seated)
            {
                MarkElsewhere(call, seat, buffers);
                _ = SendHeld(call, seat, buffers);
            }
            else
            {
                buffers.Leave(seat.UserId, time.GetTimestamp());
            }
        };
        ending.Ended += (call, ended) => Remove(call.CallId);
    }

    /// <summary>What all the buffers hold.</summary>
    public SignalBudget Budget { get; }

    public int Count => _buffers.Count;

    public async Task<Outcome<Nothing>> Send(Connection from, Guid callId, SignalKind kind, RawJson data)
    {
        var carried = await Carry(from, callId, kind, data);
        _metrics.Signal(kind, carried.No?.Code ?? (carried.Value ? "held" : "passed"));
        return carried.No is { } no ? no : Nothing.Value;
    }

    /// <summary>True when it is held for a partner who is away.</summary>
    private async Task<Outcome<bool>> Carry(Connection from, Guid callId, SignalKind kind, RawJson data)
    {
        if (data.Bytes.Length > _options.MaxSignalBytes)
        {
            return CommonRefusals.TooLarge with { Field = "data" };
        }

        var found = await _calls.RequireHere(from, callId);
        if (found.Value is not { } call)
        {
            return found.No!;
        }

        if (CallNotices.ConnectionOfPartner(call, from.UserId) is { } to && _calls.IsElsewhere(to) && !_outbox.CanReach(to))
        {
            return CommonRefusals.Unavailable;
        }

        if (!_buffers.ContainsKey(callId))
        {
            Add(call); // found by this command
        }

        var isHeld = false;
        if (_buffers.TryGetValue(callId, out var buffers))
        {
            Age();
            isHeld = buffers.Keep(from.UserId, kind, data, _time.GetTimestamp());
        }

        if (!isHeld)
        {
            _notices.ToPartner(call, from.UserId, SignalingEvents.Signal, [callId, kind, data]);
        }

        return isHeld;
    }

    /// <summary>What the partner sent while this user was away; not complete when this process does not know.</summary>
    public (IReadOnlyList<MissedSignal> Signals, bool Complete) Missed(LiveCall call, Guid userId)
    {
        if (!_buffers.TryGetValue(call.CallId, out var buffers))
        {
            Add(call);
            return ([], false);
        }

        var now = _time.GetTimestamp();
        return buffers.Missed(userId, now, (long)(Unnoticed.TotalSeconds * _time.TimestampFrequency));
    }

    private void Add(LiveCall call)
    {
        var buffers = new Buffers(call, _options, _time, Budget);
        if (!_buffers.TryAdd(call.CallId, buffers))
        {
            return;
        }

        foreach (var seat in new[] { call.Initiator, call.Other })
        {
            MarkElsewhere(call, seat, buffers);
            MarkGone(call, seat, buffers);
        }

        // Ended in this moment, or another instance looks after it: nobody else would take them out again.
        if (_live.Find(call.CallId) is null)
        {
            Remove(call.CallId);
        }
    }

    private void Remove(Guid callId)
    {
        if (_buffers.TryRemove(callId, out var buffers))
        {
            buffers.Close();
        }
    }

    /// <summary>Once in a while: a call whose set-up is over sends nothing that would make its own buffer look.</summary>
    private void Age()
    {
        lock (_aging)
        {
            if (_time.GetElapsedTime(_aged) < AgeEvery)
            {
                return;
            }

            _aged = _time.GetTimestamp();
        }

        foreach (var buffers in _buffers.Values)
        {
            buffers.Age(_time.GetTimestamp());
        }
    }

    // Whose connection was said to be gone and was not (its instance had stood still, and others took it for dead) does not
    // resume: what was held back meanwhile goes to it now.
    private async Task SendHeld(LiveCall call, LiveSeat seat, Buffers buffers)
    {
        for (var tries = 0; tries < HeldTries; tries++)
        {
            string? connection;
            lock (call.Gate)
            {
                connection = seat.ConnectionId;
            }

            if (connection is null || connection != seat.LeftConnectionId)
            {
                return;
            }

            if (_outbox.CanReach(connection))
            {
                foreach (var signal in buffers.Return(seat.UserId))
                {
                    _outbox.ToConnection(connection, SignalingEvents.Signal, [call.CallId, signal.Kind, signal.Data]);
                }

                return;
            }

            await Task.Delay(HeldEvery, _time);
        }
    }

    // What a member sends through another instance is kept there, and is not here for a partner who comes back.
    private void MarkElsewhere(LiveCall call, LiveSeat seat, Buffers buffers)
    {
        string? connection;
        lock (call.Gate)
        {
            connection = seat.ConnectionId;
        }

        if (_calls.IsElsewhere(connection))
        {
            buffers.SendsElsewhere(seat.UserId);
        }
    }

    // Whose connection is gone when the call is first seen here sent and heard through another process until then.
    private void MarkGone(LiveCall call, LiveSeat seat, Buffers buffers)
    {
        lock (call.Gate)
        {
            if (seat.ConnectionId is not null)
            {
                return;
            }
        }

        buffers.WasElsewhere(seat.UserId, _time.GetTimestamp());
    }

    private sealed class Buffers(LiveCall call, SignalingOptions options, TimeProvider time, SignalBudget budget)
    {
        private readonly Lock _gate = new();
        private readonly SignalBuffer _fromInitiator = Create(options, time, budget);
        private readonly SignalBuffer _fromOther = Create(options, time, budget);
        private readonly Dictionary<Guid, long> _left = new(2);
        private bool _isClosed;
        private readonly HashSet<Guid> _elsewhere = [];

        /// <summary>True when it is held back because the partner has no connection, for <see cref="Return"/> or a Resume.</summary>
        public bool Keep(Guid from, SignalKind kind, RawJson data, long now)
        {
            lock (_gate)
            {
                var isHeld = CallNotices.ConnectionOfPartner(call, from) is null;
                if (!_isClosed)
                {
                    Of(from).Keep(kind, data, now, isHeld);
                }

                return isHeld;
            }
        }

        /// <summary>A member is back on the connection that had gone; answers what was held back for them.</summary>
        public List<MissedSignal> Return(Guid userId)
        {
            lock (_gate)
            {
                _left.Remove(userId);
                return Of(call.PartnerOf(userId).UserId).TakeHeld();
            }
        }

        public void Age(long now)
        {
            lock (_gate)
            {
                _fromInitiator.Age(now);
                _fromOther.Age(now);
            }
        }

        public void Close()
        {
            lock (_gate)
            {
                _isClosed = true;
                _fromInitiator.Close();
                _fromOther.Close();
            }
        }

        /// <summary>What a member sent until then is not here, and they were gone by then.</summary>
        public void WasElsewhere(Guid userId, long now)
        {
            lock (_gate)
            {
                Of(userId).Lose(now);
                _left.TryAdd(userId, now);
            }
        }

        public void SendsElsewhere(Guid userId)
        {
            lock (_gate)
            {
                _elsewhere.Add(userId);
            }
        }

        public void Leave(Guid userId, long now)
        {
            lock (_gate)
            {
                _left.TryAdd(userId, now);
            }
        }

        public (IReadOnlyList<MissedSignal> Signals, bool Complete) Missed(Guid userId, long now, long unnoticed)
        {
            lock (_gate)
            {
                var since = (_left.Remove(userId, out var left) ? left : now) - unnoticed;
                var sent = Of(call.PartnerOf(userId).UserId);
                var (signals, complete) = sent.Since(since, now);
                sent.TakeHeld(); // told now
                return (signals, complete && !_elsewhere.Contains(call.PartnerOf(userId).UserId));
            }
        }

        private SignalBuffer Of(Guid userId) => userId == call.Initiator.UserId ? _fromInitiator : _fromOther;

        private static SignalBuffer Create(SignalingOptions o, TimeProvider time, SignalBudget budget) =>
            new(o.MaxKeptBytes, o.MaxKeptCandidates, (long)(o.KeptFor.TotalSeconds * time.TimestampFrequency), budget);
    }
}
