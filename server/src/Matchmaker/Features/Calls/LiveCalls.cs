using Matchmaker.Features.Presence;
using Matchmaker.Platform.Memory;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>
/// The live calls of this instance by id and by member, and the last ended ones, so that a command that is repeated
/// gets the same answer for five minutes. Bounded by the seats there are, and by <see cref="MaxEnded"/>. Of calls that were
/// not here it is remembered for a minute that they are over: a row that was read before it must not bring them back.
/// </summary>
internal sealed class LiveCalls(TimeProvider time, IOptions<PresenceOptions> presence) : IKeptPlace
{
    public const int MaxEnded = 10_000;

    /// <summary>More than a hundred calls a second end on other instances before the oldest of a minute are forgotten.</summary>
    public const int MaxOver = 10_000;

    private static readonly TimeSpan RememberFor = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan RememberOverFor = TimeSpan.FromMinutes(1); // far longer than a read may take
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, LiveCall> _byId = [];
    private readonly Dictionary<Guid, LiveCall> _byUser = [];
    private readonly Dictionary<Guid, RememberedCall> _ended = [];
    private readonly Queue<(long Stamp, Guid CallId)> _endedOrder = new();
    private readonly Recent<Guid> _over = new(MaxOver, RememberOverFor, time);

    /// <summary>One for each connection, when every partner is elsewhere; a call without anybody here ends after the grace.</summary>
    public int Max => presence.Value.MaxConnections;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byId.Count;
            }
        }
    }

    public int Ended
    {
        get
        {
            lock (_gate)
            {
                return _endedOrder.Count;
            }
        }
    }

    /// <summary>Calls that were not here and are over.</summary>
    public int Over => _over.Count;

    /// <summary>Adds a call unless it is known (or over); answers the one that counts, null when it has ended.</summary>
    public LiveCall? Add(LiveCall call)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(call.CallId, out var known))
            {
                return known;
            }

            if (_ended.ContainsKey(call.CallId) || _over.Contains(call.CallId))
            {
                return null;
            }

            _byId.Add(call.CallId, call);
            _byUser[call.Initiator.UserId] = call;
            _byUser[call.Other.UserId] = call;
            return call;
        }
    }

    /// <summary>A call is over, as was told: answers it if it is live here; else it is not added any more.</summary>
    public LiveCall? HearOver(Guid callId)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(callId, out var live))
            {
                return live;
            }

            if (!_ended.ContainsKey(callId))
            {
                _over.Add(callId);
            }

            return null;
        }
    }

    public LiveCall? Find(Guid callId)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(callId);
        }
    }

    public bool IsKept(Guid userId) => OfUser(userId) is not null;

    public LiveCall? OfUser(Guid userId)
    {
        lock (_gate)
        {
            return _byUser.GetValueOrDefault(userId);
        }
    }

    /// <summary>A call that ended here in the last minutes.</summary>
    public RememberedCall? FindEnded(Guid callId)
    {
        lock (_gate)
        {
            return _ended.GetValueOrDefault(callId);
        }
    }

    public void Remove(LiveCall call)
    {
        var ended = RememberedCall.Of(call);
        lock (_gate)
        {
            if (!_byId.Remove(call.CallId))
            {
                _over.Add(call.CallId); // looked after elsewhere, and ended by somebody who asked here
                return;
            }

            foreach (var user in new[] { call.Initiator.UserId, call.Other.UserId })
            {
                if (_byUser.GetValueOrDefault(user) == call)
                {
                    _byUser.Remove(user);
                }
            }

            _ended[call.CallId] = ended;
            _endedOrder.Enqueue((time.GetTimestamp(), call.CallId));
            while (_endedOrder.TryPeek(out var oldest) && (_endedOrder.Count > MaxEnded || time.GetElapsedTime(oldest.Stamp) > RememberFor))
            {
                _ended.Remove(_endedOrder.Dequeue().CallId);
            }
        }
    }

    public LiveCall[] All()
    {
        lock (_gate)
        {
            return [.. _byId.Values];
        }
    }
}
