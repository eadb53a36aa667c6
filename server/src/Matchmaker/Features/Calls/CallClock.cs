using Matchmaker.Features.Presence;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Ends calls whose time is up or whose partner stays away, four times a second for those of this instance; and sweeps
/// what nobody looks after, every five seconds.
/// </summary>
internal sealed class CallClock(
    LiveCalls live, CallEnding ending, CallSweep sweep, Lobby lobby, InstanceLease lease, ICarrier carrier, TimeProvider time,
    IOptions<CallOptions> options, ILogger<CallClock> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

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
                    lobby.ForgetLost(options.Value.Grace, time.GetUtcNow());
                    await sweep.Run();
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

    public void EndDue()
    {
        // Who is lost here may long be back through another instance. Once the lease is held again the rows have been read.
        var seesAll = carrier.IsAlone || lease.IsHeld;
        var now = time.GetTimestamp();
        var grace = (long)(options.Value.Grace.TotalSeconds * time.TimestampFrequency);
        foreach (var call in live.All())
        {
            EndReason? reason;
            lock (call.Gate)
            {
                reason = now >= call.EndsStamp ? EndReason.TimeUp
                    : seesAll && (now - call.Initiator.AwayStamp >= grace || now - call.Other.AwayStamp >= grace) ? EndReason.PartnerLost
                    : null;
            }

            if (reason is { } due)
            {
                _ = ending.End(call, due);
            }
        }
    }
}
