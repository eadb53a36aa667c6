using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Accounts;

/// <summary>Deletes logins that have run out, at most a thousand a tick.</summary>
internal sealed class SessionSweep(
    IAccountStore store, IOptions<AccountOptions> options, TimeProvider time, ILogger<SessionSweep> logger) : BackgroundService
{
    private const int PerTick = 1000;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepPeriod, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                AccountLog.Swept(logger, await store.DeleteExpired(PerTick));
            }
            catch (Exception e)
            {
                AccountLog.SweepFailed(logger, e);
            }
        }
    }
}
