using Matchmaker.Features.Presence;
using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Ends calls whose time is up or whose partner stays away, four times a second for those of this instance; and sweeps
/// what nobody looks after (an instance died), every five seconds, on one instance, never before it may reap.
/// </summary>
internal sealed class CallClock(
    LiveCalls live, Calls calls, CallEnding ending, ICallStore store, Lobby lobby, ILeadership leadership, InstanceLease lease, IServiceProvider services,
    TimeProvider time, IOptions<CallOptions> options, ILogger<CallClock> logger) : BackgroundService
{
    private const int SweepLimit = 200;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);
    private readonly bool _embedded = services.IsEmbedded();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        var swept = time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                EndDue();
                if (time.GetElapsedTime(swept) >= SweepEvery)
                {
                    swept = time.GetTimestamp();
                    await Sweep();
                }
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                CallLog.SweepDelayed(logger);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                CallLog.ClockFailed(logger, e);
            }
        }
    }

    private void EndDue()
    {
        var now = time.GetTimestamp();
        var grace = (long)(options.Value.Grace.TotalSeconds * time.TimestampFrequency);
        foreach (var call in live.All())
        {
            EndReason? reason;
            lock (call.Gate)
            {
                reason = now >= call.EndsStamp ? EndReason.TimeUp
                    : now - call.Initiator.AwayStamp >= grace || now - call.Other.AwayStamp >= grace ? EndReason.PartnerLost
                    : null;
            }

            if (reason is { } due)
            {
                _ = ending.End(call, due);
            }
        }
    }

    private async Task Sweep()
    {
        lobby.ForgetLost(options.Value.Grace, time.GetUtcNow());
        if (!_embedded && (!lease.MayReap || await leadership.Lead("sweep", TimeSpan.FromSeconds(10)) is null))
        {
            return;
        }

        foreach (var (callId, reason) in await store.Sweep(options.Value.Grace, SweepLimit))
        {
            CallLog.Swept(logger, callId, reason);
            if (live.Find(callId) is { } call)
            {
                // Both may well be here: a seat that was taken while the database was away is not written in it.
                if (reason != EndReason.PartnerLost || !await calls.WriteSeats(call))
                {
                    await ending.End(call, reason);
                }
            }
            else
            {
                await store.End(new CallEnd(callId, reason, time.GetTimestamp()));
            }
        }
    }
}
