using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Hanging up always works. The end takes effect at once and is an intention in bounded memory until it is written; if
/// this process dies first, the row written at the start is closed by the sweep. Whoever comes first ends the call, all
/// others get the same answer.
/// </summary>
internal sealed class CallEnding
{
    private readonly ICallStore _store;
    private readonly LiveCalls _live;
    private readonly Calls _calls;
    private readonly CallNotices _notices;
    private readonly Lobby _lobby;
    private readonly PendingEnds _pending;
    private readonly ICarrier _carrier;
    private readonly TimeProvider _time;
    private readonly CallOptions _options;
    private readonly ILogger<CallEnding> _logger;

    public CallEnding(
        ICallStore store, LiveCalls live, Calls calls, CallNotices notices, Lobby lobby, PendingEnds pending, Safety.Safety safety,
        Measures measures, ICarrier carrier, TimeProvider time, IOptions<CallOptions> options, ILogger<CallEnding> logger)
    {
        (_store, _live, _calls, _notices, _lobby, _pending) = (store, live, calls, notices, lobby, pending);
        (_carrier, _time, _options, _logger) = (carrier, time, options.Value, logger);
        safety.Blocked += (blocker, blocked) => _ = EndBetween(blocker, blocked);
        measures.Changing += (user, standing) => standing.IsBanned ? EndOf(user) : Task.CompletedTask;
    }

    /// <summary>A call is over for its two people.</summary>
    public event Action<LiveCall, CallEnded>? Ended;

    /// <summary>A member hangs up.</summary>
    public async Task<Outcome<CallEnded>> HangUp(Guid userId, Guid callId, EndReason reason)
    {
        // In this order: a call goes from live to ended, never back.
        if (_live.Find(callId) is { } live && live.Has(userId))
        {
            return await End(live, reason);
        }

        if (_live.FindEnded(callId) is { } over && over.Has(userId))
        {
            return await over.Ending;
        }

        var found = await _calls.Require(userId, callId);
        return found.Value is { } call ? await End(call, reason) : found.No!;
    }

    /// <summary>
    /// For somebody whom the store still has in a call: waits until its end is written, when it has ended here. False when they
    /// are in a call that goes on.
    /// </summary>
    public async Task<bool> Settle(Guid userId)
    {
        if (await _store.FindActive(userId) is not { } active)
        {
            return true; // written since
        }

        if (_live.FindEnded(active.CallId) is not { } over)
        {
            return false;
        }

        await over.Ending;
        await _pending.Settle(active.CallId);
        return true;
    }

    /// <summary>The wishes a member came into a call with, while it is remembered.</summary>
    public string? WishesOf(Guid userId, Guid callId) =>
        _live.Find(callId) is { } live && live.Has(userId) ? live.SeatOf(userId).Wishes
        : _live.FindEnded(callId) is { } over && over.Has(userId) ? over.WishesOf(userId)
        : null;

    /// <summary>Ends a call; the first reason counts.</summary>
    public Task<CallEnded> End(LiveCall call, EndReason reason)
    {
        lock (call.Gate)
        {
            return call.Ending ??= Finish(call, reason, tell: true);
        }
    }

    /// <summary>Another instance ended it, and told the others.</summary>
    public Task<CallEnded> HearEnded(LiveCall call, EndReason reason)
    {
        lock (call.Gate)
        {
            return call.Ending ??= Finish(call, reason, tell: false);
        }
    }

    /// <summary>Ends the running call of two people, here or in the store.</summary>
    public async Task EndBetween(Guid a, Guid b)
    {
        try
        {
            if (await _calls.Find(a) is { } call && call.Has(b))
            {
                await End(call, EndReason.Blocked);
            }
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            CallLog.EndDelayed(_logger); // neither of them has a call on this instance
        }
    }

    /// <summary>Ends the running call of somebody who is banned, here or in the store.</summary>
    private async Task EndOf(Guid userId)
    {
        try
        {
            if (await _calls.Find(userId) is { } call)
            {
                await End(call, EndReason.Banned);
            }
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            CallLog.EndDelayed(_logger); // no call of theirs on this instance; the sweep ends what nobody else does
        }
    }

    private async Task<CallEnded> Finish(LiveCall call, EndReason reason, bool tell)
    {
        // Off the caller's lock before anything is told.
        var end = new CallEnd(call.CallId, reason, _time.GetTimestamp());
        await Task.Yield();
        _live.Remove(call);
        _lobby.SetInCall(call.Initiator.UserId, call.CallId, false);
        _lobby.SetInCall(call.Other.UserId, call.CallId, false);
        var written = await Write(end);
        CallEnded ended;
        lock (call.Gate)
        {
            var seconds = written?.Seconds ?? (int)Math.Min(call.CallSeconds, _time.GetElapsedTime(call.StartedStamp, end.At).TotalSeconds);
            ended = new CallEnded(
                call.CallId, written?.Reason ?? reason, seconds,
                written is null ? Recorded.Pending : written.Recorded ? Recorded.Yes : Recorded.No,
                written is null ? null : written.CooldownUntil, call.Rev = Math.Max(call.Rev + 1, written?.Rev ?? 0));
        }

        var until = ended.CooldownUntil ?? _time.GetUtcNow() + (ended.Seconds < _options.HistoryFromSeconds ? _options.ShortCooldown : _options.Cooldown);
        _lobby.Avoid(call.Initiator.UserId, call.Other.UserId, until);
        if (tell)
        {
            _carrier.Tell(CallTopics.Over, new CallOver(call.CallId, ended.Reason, call.Initiator.UserId, call.Other.UserId, until));
        }

        _notices.Ended(call, ended);
        Ended?.Invoke(call, ended);
        return ended;
    }

    private async Task<EndedCall?> Write(CallEnd end)
    {
        try
        {
            var writing = _store.End(end);
            if (await Task.WhenAny(writing, Task.Delay(_options.EndPatience, _time)) == writing)
            {
                return await writing;
            }

            _pending.Add(end, writing);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            _pending.Add(end);
        }
        catch (Exception e)
        {
            // A bug in writing must not keep two people in a call.
            CallLog.EndFailed(_logger, e, end.CallId);
            _pending.Add(end);
        }

        return null;
    }
}
