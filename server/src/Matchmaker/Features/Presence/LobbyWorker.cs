using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Tells the watchers of the lobby what changed, at most once per interval; and as often looks at whom other instances
/// changed, which nobody who watches waits for.
/// </summary>
internal sealed class LobbyWorker(
    Lobby lobby, LobbyElsewhere elsewhere, IOutbox outbox, TimeProvider time, IOptions<PresenceOptions> options, ILogger<LobbyWorker> logger) : BackgroundService
{
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Repeat(Tell, stoppingToken), Repeat(elsewhere.Refresh, stoppingToken));

    private async Task Repeat(Func<Task> turn, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(options.Value.LobbyInterval, time);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await turn();
                continue;
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                PresenceLog.LobbyDelayed(logger);
            }
            catch (Exception e) when (!stop.IsCancellationRequested)
            {
                PresenceLog.WorkerFailed(logger, e, nameof(LobbyWorker));
            }

            await Task.Delay(PauseAfterFailure, time, stop);
        }
    }

    private Task Tell()
    {
        foreach (var (connectionId, change) in lobby.Changes(outbox.IsIdle, time.GetUtcNow()))
        {
            outbox.ToConnection(connectionId, PresenceEvents.LobbyChanged, change);
        }

        return Task.CompletedTask;
    }
}
