using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Matching;

/// <summary>
/// The matcher's loop. Pairs as tickets arrive and commits what is ready; while one commit runs the next group collects.
/// On a quarter of a second it widens and looks again, on every second it renews its lead and takes in what other
/// instances added. An instance that does not lead only watches for calls that its own users were put into.
/// </summary>
internal sealed class PairingWorker(
    Pairing pairing, Queue queue, IMatchStore store, ISafetyStore safety, Calls.Calls calls, ILeadership leadership, IOutbox outbox, ICarrier carrier,
    TimeProvider time, IOptions<MatchingOptions> options, ILogger<PairingWorker> logger) : BackgroundService
{
    private const int TicketsPerTick = 256;
    private const int TicketsPerLoad = 5_000;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LateFor = TimeSpan.FromSeconds(10); // longer than a transaction may stay open
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(1);
    private readonly Queue<(long Stamp, long Number)> _seen = new();
    private bool _unsure;
    private long _loaded;
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
        if (_renewed == long.MinValue || time.GetElapsedTime(_renewed) >= RenewEvery)
        {
            await Renew();
            _renewed = time.GetTimestamp();
        }
        else if (pairing.TakeMoved() && pairing.Epoch is not null)
        {
            await Load();
        }

        if (time.GetElapsedTime(_ticked) >= Tick)
        {
            _ticked = time.GetTimestamp();
            Tell(pairing.Tick(TicketsPerTick));
        }

        if (!await pairing.Run(options.Value.PairsPerCommit))
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
            _loaded = 0;
            _seen.Clear();
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

        await Load();
        if (time.GetElapsedTime(_told) >= options.Value.StatusEvery)
        {
            _told = time.GetTimestamp();
            Tell(pairing.Tickets());
        }
    }

    // A join has its number before it is committed, so one that was slow appears below what was read already: what was
    // new in the last seconds is read again.
    private async Task Load()
    {
        while (_seen.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Stamp) > LateFor)
        {
            _loaded = _seen.Dequeue().Number;
        }

        var last = _loaded;
        IReadOnlyList<WaitingTicket> page;
        do
        {
            page = await store.ListAfter(last, TicketsPerLoad);
            foreach (var waiting in page)
            {
                last = waiting.Number;
                await TakeIn(waiting);
            }
        }
        while (page.Count == TicketsPerLoad);

        _seen.Enqueue((time.GetTimestamp(), last));
    }

    private async Task TakeIn(WaitingTicket waiting)
    {
        if (pairing.Has(waiting.UserId, waiting.TicketId))
        {
            return;
        }

        if (queue.Find(waiting.UserId) is { } mine && mine.Ticket.TicketId == waiting.TicketId)
        {
            // Ours is in the pool since it joined, unless the lead has just begun here.
            if (mine.HeldSince is null)
            {
                pairing.Add(mine.Ticket);
            }

            return;
        }

        var ticket = WishReader.ToTicket(
            waiting.Wishes, waiting.TicketId, waiting.UserId, waiting.Gender, waiting.ConnectionId, time.GetUtcNow() - waiting.Waited);
        foreach (var (other, until) in await safety.AvoidOf(waiting.UserId))
        {
            ticket.AddAvoid(other, until ?? DateTimeOffset.MaxValue);
        }

        pairing.Add(ticket);
    }

    // Another instance leads, or an answer was lost: what it started for our users is in the store.
    private async Task WatchMine()
    {
        foreach (var user in queue.Mine.Select(m => m.Ticket.UserId).ToList())
        {
            // Whose partner is here too was told with the partner, and is no longer in the queue.
            if (queue.Find(user) is not null && await calls.Find(user) is { } call)
            {
                calls.Announce(call);
            }
        }
    }

    private void Tell(IEnumerable<Ticket> tickets)
    {
        foreach (var ticket in tickets)
        {
            if (queue.Find(ticket.UserId) is not null)
            {
                outbox.ToUser(ticket.UserId, MatchingEvents.QueueStatus, pairing.Status(ticket), supersede: "queueStatus");
            }
            else
            {
                carrier.Tell(MatchingTopics.Place, new PlaceTold(ticket.UserId, ticket.TicketId, pairing.Status(ticket)));
            }
        }
    }

    private Task Pause(CancellationToken stop) =>
        Task.Delay(PauseAfterFailure, time, stop).ContinueWith(static _ => { }, TaskScheduler.Default);
}
