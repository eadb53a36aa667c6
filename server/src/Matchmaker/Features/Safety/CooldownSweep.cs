using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Safety;

/// <summary>Deletes cooldowns that are over, at most a thousand a tick.</summary>
internal sealed class CooldownSweep(
    ISafetyStore store, IOptions<SafetyOptions> options, TimeProvider time, ILogger<CooldownSweep> logger) : BackgroundService
{
    private const int PerTick = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                SafetyLog.Swept(logger, await store.DeleteExpired(PerTick));
            }
            catch (Exception e)
            {
                SafetyLog.SweepFailed(logger, e);
            }
        }
    }
}
