using System.Collections.Concurrent;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Signaling;

/// <summary>
/// What was signaled to somebody who comes back is kept where the partner is connected: asked for there, and not waited for
/// long. Without an answer something is missing, which makes the client restart ICE.
/// </summary>
internal sealed class SignalsElsewhere : IFollower
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly Relay _relay;
    private readonly LiveCalls _live;
    private readonly Calls.Calls _calls;
    private readonly ConnectionManager _connections;
    private readonly ConnectionDirectory _directory;
    private readonly ICarrier _carrier;
    private readonly InstanceIdentity _instance;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<Guid, TaskCompletionSource<MissedTold>> _asked = new();

    public SignalsElsewhere(
        Relay relay, LiveCalls live, Calls.Calls calls, CallsElsewhere elsewhere, ConnectionManager connections,
        ConnectionDirectory directory, ICarrier carrier, InstanceIdentity instance, TimeProvider time)
    {
        (_relay, _live, _calls, _connections, _directory) = (relay, live, calls, connections, directory);
        (_carrier, _instance, _time) = (carrier, instance, time);
        // After the seats that were taken before: they say whether all that was sent is here.
        carrier.On(SignalingTopics.Asked, asked => elsewhere.Work.Add(() => Answer(asked)));
        carrier.On(SignalingTopics.Told, Hear);
    }

    /// <summary>What the partner sent while this user was away, from wherever it is kept.</summary>
    public async Task<(IReadOnlyList<MissedSignal> Signals, bool Complete)> Missed(LiveCall call, Guid userId)
    {
        var here = _relay.Missed(call, userId);
        if (CallNotices.ConnectionOfPartner(call, userId) is not { } partner || !_calls.IsElsewhere(partner) || !_carrier.IsUp
            || _directory.Find(partner) is not { } instance)
        {
            return here;
        }

        var id = Guid.NewGuid();
        var told = _asked[id] = new TaskCompletionSource<MissedTold>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _carrier.Send(instance, SignalingTopics.Asked, new MissedAsked(id, call.CallId, userId, _instance.Name));
            var answer = await told.Task.WaitAsync(Patience, _time);
            return (answer.Signals, answer.Complete);
        }
        catch (TimeoutException)
        {
            return here;
        }
        finally
        {
            _asked.TryRemove(id, out _);
        }
    }

    public Task CatchUp() => Task.CompletedTask;

    private Task Answer(MissedAsked asked)
    {
        if (_live.Find(asked.CallId) is { } call && call.Has(asked.UserId)
            && _connections.IsOpen(CallNotices.ConnectionOfPartner(call, asked.UserId)))
        {
            var (signals, complete) = _relay.Missed(call, asked.UserId);
            _carrier.Send(asked.Instance, SignalingTopics.Told, new MissedTold(asked.AskId, signals, complete));
        }

        return Task.CompletedTask;
    }

    private void Hear(MissedTold told)
    {
        if (_asked.TryGetValue(told.AskId, out var waiting))
        {
            waiting.TrySetResult(told);
        }
    }
}
