using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Matching;

/// <summary>Ends invites that nobody answered, four times a second.</summary>
internal sealed class InviteClock(
    LiveInvites live, TimeProvider time, IOptions<MatchingOptions> options, ILogger<InviteClock> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var id in live.Due())
                {
                    await live.End(id, InviteOutcome.Expired, options.Value.ExpiryCooldown);
                }
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                MatchingLog.Delayed(logger);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                MatchingLog.InviteClockFailed(logger, e);
            }
        }
    }
}
