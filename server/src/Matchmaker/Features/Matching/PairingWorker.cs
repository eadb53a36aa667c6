using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Matching;

/// <summary>
/// The matcher's loop. Pairs as tickets arrive and commits what is ready; while one commit runs the next group collects.
/// On a quarter of a second it widens and looks again, on every second it renews its lead. An instance that does not lead
/// only watches for calls that its own users were put into.
/// </summary>
internal sealed class PairingWorker(
    Pairing pairing, Intake intake, Queue queue, ICallStore store, Calls.Calls calls, ILeadership leadership, Lifecycle lifecycle, IOutbox outbox,
    ICarrier carrier, TimeProvider time, IOptions<MatchingOptions> options, ILogger<PairingWorker> logger) : BackgroundService
{
    private const int TicketsPerTick = 256;
    private const int PlacesPerMessage = 200;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private bool _unsure;
    private long _ticked;
    private long _renewed;
    private long _told;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        _renewed = long.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Round(stoppingToken);
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                MatchingLog.Delayed(logger);
                _unsure = true;
                await Pause(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                MatchingLog.RoundFailed(logger, e);
                await Pause(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Round(CancellationToken stop)
    {
        // On draining at once: the lease is handed over, so that another instance matches while people move.
        var isLast = lifecycle.IsDraining && pairing.Epoch is not null;
        if (_renewed == long.MinValue || isLast || time.GetElapsedTime(_renewed) >= RenewEvery)
        {
            _renewed = time.GetTimestamp();
            await Renew();
        }

        var hasMore = pairing.Epoch is not null && await intake.Read();
        if (time.GetElapsedTime(_ticked) >= Tick)
        {
            _ticked = time.GetTimestamp();
            Tell(pairing.Tick(TicketsPerTick));
        }

        if (!await pairing.Run(options.Value.PairsPerCommit) && !hasMore)
        {
            await pairing.WaitForWork(Tick, stop);
        }
    }

    private async Task Renew()
    {
        var epoch = await leadership.Lead("matcher", options.Value.Lease);
        if (pairing.Lead(epoch))
        {
            MatchingLog.Leads(logger, epoch);
            intake.Begin();
        }

        queue.ForgetHeld();
        if (epoch is null)
        {
            await WatchMine();
            return;
        }

        if (_unsure)
        {
            // The answer to a commit was lost with the connection: what it started is in the store, and nobody was told.
            await WatchMine();
            _unsure = false;
        }

        intake.LookAgain();
        if (time.GetElapsedTime(_told) >= options.Value.StatusEvery)
        {
            _told = time.GetTimestamp();
            Tell(pairing.Tickets());
        }
    }

    // Another instance leads, or an answer was lost: what it started for our users is in the store.
    private async Task WatchMine()
    {
        var users = queue.Mine.Select(m => m.Ticket.UserId).ToList();
        foreach (var call in users.Count > 0 ? await store.ListActive(users) : [])
        {
            calls.Tell(call);
        }
    }

    private void Tell(IEnumerable<Ticket> tickets)
    {
        var elsewhere = new List<Ticket>();
        foreach (var ticket in tickets)
        {
            if (queue.Find(ticket.UserId) is not null)
            {
                outbox.ToUser(ticket.UserId, MatchingEvents.QueueStatus, pairing.Status(ticket), supersede: "queueStatus");
            }
            else if (ticket.Instance is not null)
            {
                elsewhere.Add(ticket);
            }
        }

        foreach (var there in elsewhere.GroupBy(t => t.Instance!))
        {
            foreach (var some in there.Chunk(PlacesPerMessage))
            {
                carrier.Send(there.Key, MatchingTopics.Places, Array.ConvertAll(some, t => new PlaceTold(t.UserId, t.TicketId, pairing.Status(t))));
            }
        }
    }

    private Task Pause(CancellationToken stop) =>
        Task.Delay(PauseAfterFailure, time, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
}
