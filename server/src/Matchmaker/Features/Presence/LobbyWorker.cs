using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>Tells the watchers of the lobby what changed, at most once per interval.</summary>
internal sealed class LobbyWorker(
    Lobby lobby, LobbyElsewhere elsewhere, IOutbox outbox, TimeProvider time, IOptions<PresenceOptions> options, ILogger<LobbyWorker> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.LobbyInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await elsewhere.Refresh();
                foreach (var (connectionId, change) in lobby.Changes(outbox.IsIdle, time.GetUtcNow()))
                {
                    outbox.ToConnection(connectionId, PresenceEvents.LobbyChanged, change);
                }
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                PresenceLog.LobbyDelayed(logger);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PresenceLog.WorkerFailed(logger, e, nameof(LobbyWorker));
            }
        }
    }
}
