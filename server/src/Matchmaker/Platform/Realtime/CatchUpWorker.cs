using Matchmaker.Platform.Postgres;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// Looks once a second whether something was missed: after a gap or a lost link once, while others cannot be heard each
/// time. So with Redis away what is in rows still arrives, a second late. What could not be read is due until it is.
/// </summary>
internal sealed class CatchUpWorker(
    ICarrier carrier, IEnumerable<IFollower> followers, RealtimeMetrics metrics, TimeProvider time, ILogger<CatchUpWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private readonly IFollower[] _followers = [.. followers];
    private readonly HashSet<IFollower> _due = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (carrier.IsAlone)
        {
            return;
        }

        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (carrier.TakeMissed())
            {
                _due.UnionWith(_followers);
            }

            metrics.CatchUps.Add(_due.Count > 0 ? 1 : 0);
            foreach (var follower in _followers.Where(_due.Contains))
            {
                await CatchUp(follower);
            }
        }
    }

    private async Task CatchUp(IFollower follower)
    {
        try
        {
            await follower.CatchUp();
            _due.Remove(follower);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            RealtimeLog.CatchUpDelayed(logger, follower.GetType().Name);
        }
        catch (Exception e)
        {
            RealtimeLog.CatchUpFailed(logger, e, follower.GetType().Name);
        }
    }
}
