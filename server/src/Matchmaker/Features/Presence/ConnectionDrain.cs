using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Asks people to move to another instance, a few at a time, and stays until they have. Each opens a new connection before
/// the old one goes, which then is displaced like that of any tab that comes back. Without another instance that can be
/// talked to nobody is asked: staying would only make the time longer in which they cannot come back.
/// </summary>
internal sealed class ConnectionDrain(
    ConnectionManager connections, IOutbox outbox, IPresenceStore store, ICarrier carrier, TimeProvider time,
    IOptions<LifetimeOptions> options, ILogger<ConnectionDrain> logger)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Completes when nobody is connected here any more.</summary>
    public async Task Move(CancellationToken cut)
    {
        if (connections.Count == 0 || !await HasOthers())
        {
            return;
        }

        PresenceLog.Moving(logger, connections.Count, options.Value.MovesPerSecond);
        var asked = new HashSet<string>();
        var began = time.GetTimestamp();
        while (connections.All() is { Length: > 0 } open)
        {
            var due = (int)Math.Ceiling((time.GetElapsedTime(began) + Tick).TotalSeconds * options.Value.MovesPerSecond);
            foreach (var connection in open.Where(c => !asked.Contains(c.Id)).Take(due - asked.Count).ToList())
            {
                asked.Add(connection.Id);
                outbox.ToConnection(connection.Id, PresenceEvents.Draining, new Draining(ReconnectInSeconds: 0));
            }

            await Task.Delay(Tick, time, cut);
        }
    }

    private async Task<bool> HasOthers()
    {
        if (carrier.IsAlone)
        {
            return false;
        }

        try
        {
            return await store.HasOthers();
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            return true; // perhaps; whoever finds none keeps the old connection until the end
        }
    }
}
