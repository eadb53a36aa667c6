using Matchmaker.Features.Calls;

namespace Matchmaker.Features.Matching;

/// <summary>
/// The pool under its one lock, and what is done with the pairs that it proposes: started as calls in one commit, then
/// settled, returned or let go, by what became of each. Only the instance that leads has tickets in its pool.
/// </summary>
internal sealed class Pairing(
    Calls.Calls calls, IMatchStore store, MatchRules rules, TimeProvider time, MatchingMetrics metrics, ILogger<Pairing> logger)
    : IDisposable
{
    // A cooldown that only the store knew of: not proposed again before this, when the store will tell again.
    private static readonly TimeSpan AvoidFor = TimeSpan.FromMinutes(5);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0, 1);
    private MatchPool _pool = new(rules);
    private long? _epoch;

    /// <summary>The epoch of this instance's lead, null when it does not lead.</summary>
    public long? Epoch
    {
        get
        {
            lock (_gate)
            {
                return _epoch;
            }
        }
    }

    /// <summary>A ticket turned out to be gone from the store.</summary>
    public event Action<Ticket>? Dropped;

    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _pool.Count + _pool.InFlight;
            }
        }
    }

    /// <summary>Begins (with an empty pool) or ends leading. Answers whether that is news.</summary>
    public bool Lead(long? epoch)
    {
        lock (_gate)
        {
            if (_epoch == epoch)
            {
                return false;
            }

            _epoch = epoch;
            _pool = new MatchPool(rules);
            return true;
        }
    }

    /// <summary>Puts a ticket in line, if this instance leads.</summary>
    public void Add(Ticket ticket)
    {
        lock (_gate)
        {
            if (_epoch is null)
            {
                return;
            }

            _pool.Add(ticket, time.GetUtcNow());
        }

        Wake();
    }

    /// <summary>Everybody in line.</summary>
    public List<Ticket> Tickets()
    {
        lock (_gate)
        {
            return _pool.Tickets();
        }
    }

    public bool Has(Guid userId, Guid ticketId)
    {
        lock (_gate)
        {
            return _pool.Find(userId)?.TicketId == ticketId;
        }
    }

    public Ticket? Remove(Guid userId)
    {
        lock (_gate)
        {
            return _pool.Remove(userId);
        }
    }

    /// <summary>The two must not meet any more, neither now nor when they come back from a proposal.</summary>
    public void Avoid(Guid a, Guid b)
    {
        lock (_gate)
        {
            _pool.Find(a)?.AddAvoid(b);
            _pool.Find(b)?.AddAvoid(a);
        }
    }

    public QueueStatus Status(Ticket ticket)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var waiting = _pool.Count + _pool.InFlight;
            return new QueueStatus(
                _pool.Position(ticket.UserId) ?? Math.Max(1, waiting), Math.Max(1, waiting), _pool.EstimateWait(ticket, now),
                Widening.Names(Widening.At(ticket, now, rules)) is { Length: > 0 } names ? names : null);
        }
    }

    /// <summary>Bounded upkeep; answers the tickets whose wishes widened.</summary>
    public List<Ticket> Tick(int maxTickets)
    {
        lock (_gate)
        {
            return _pool.Tick(time.GetUtcNow(), maxTickets);
        }
    }

    /// <summary>Waits until somebody should be looked for, at most as long as given.</summary>
    public Task WaitForWork(TimeSpan atMost, CancellationToken stop) => _work.WaitAsync(atMost, stop);

    /// <summary>
    /// Proposes and starts at most <paramref name="maxPairs"/> pairs in one commit; true when there is more to do at once.
    /// </summary>
    public async Task<bool> Run(int maxPairs)
    {
        List<ProposedPair> pairs;
        long epoch;
        MatchPool pool;
        lock (_gate)
        {
            if (_epoch is not { } lead)
            {
                return false;
            }

            (epoch, pool) = (lead, _pool);
            pairs = _pool.Propose(maxPairs, time.GetUtcNow());
            if (pairs.Count == 0)
            {
                return _pool.ToLook > 0;
            }
        }

        var byCall = pairs.ToDictionary(_ => Guid.CreateVersion7(time.GetUtcNow()), p => p);
        IReadOnlyList<StartedCall> results;
        try
        {
            results = await calls.Start([.. byCall.Select(p => ToCallPair(p.Key, p.Value))], epoch, CallOrigin.Queue);
        }
        catch (FencedException)
        {
            MatchingLog.Fenced(logger, epoch);
            Lead(null);
            return false;
        }
        catch
        {
            // Nobody knows what was committed: tickets that became calls will fail to be taken again, the others match.
            Finish(pool, pairs, returned: static _ => true);
            throw;
        }

        metrics.Committed(results.Count(r => r.Outcome == StartOutcome.Started), pairs.Count);
        await Conclude(pool, byCall, results);
        return true;
    }

    private async Task Conclude(MatchPool pool, Dictionary<Guid, ProposedPair> byCall, IReadOnlyList<StartedCall> results)
    {
        var failed = new List<ProposedPair>();
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var result in results)
            {
                var pair = byCall[result.CallId];
                if (result.Outcome == StartOutcome.Started)
                {
                    pool.Settle(pair.Initiator, now);
                    pool.Settle(pair.Polite, now);
                    metrics.Waited(pair.Initiator.Waited(now), "matched");
                    metrics.Waited(pair.Polite.Waited(now), "matched");
                    continue;
                }

                if (result.Outcome is StartOutcome.Blocked or StartOutcome.Cooldown)
                {
                    pair.Initiator.AddAvoid(pair.Polite.UserId, now + AvoidFor);
                    pair.Polite.AddAvoid(pair.Initiator.UserId, now + AvoidFor);
                }

                failed.Add(pair);
            }
        }

        if (failed.Count == 0)
        {
            return;
        }

        IReadOnlyDictionary<Guid, (Guid TicketId, bool Connected)> waiting;
        try
        {
            waiting = await store.StillWaiting([.. failed.SelectMany(p => new[] { p.Initiator.UserId, p.Polite.UserId })]);
        }
        catch
        {
            Finish(pool, failed, returned: static _ => true);
            throw;
        }

        Finish(pool, failed, ticket => waiting.TryGetValue(ticket.UserId, out var w) && w.TicketId == ticket.TicketId && w.Connected);
        foreach (var ticket in failed.SelectMany(p => new[] { p.Initiator, p.Polite }))
        {
            if (!waiting.TryGetValue(ticket.UserId, out var w) || w.TicketId != ticket.TicketId)
            {
                Dropped?.Invoke(ticket);
            }
        }
    }

    // Who is not returned is out of the pool; whoever comes back (resumes, joins again) is added anew.
    private void Finish(MatchPool pool, List<ProposedPair> pairs, Func<Ticket, bool> returned)
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            foreach (var ticket in pairs.SelectMany(p => new[] { p.Initiator, p.Polite }))
            {
                // A newer ticket that arrived in flight comes back in any case.
                if (!returned(ticket) && pool.Find(ticket.UserId)?.TicketId == ticket.TicketId)
                {
                    pool.Remove(ticket.UserId);
                }

                pool.Return(ticket, now);
            }
        }
    }

    /// <summary>There may be work before the wait for it is over.</summary>
    public void Wake()
    {
        try
        {
            if (_work.CurrentCount == 0)
            {
                _work.Release();
            }
        }
        catch (SemaphoreFullException)
        {
            // Somebody else has just woken the worker.
        }
    }

    public void Dispose() => _work.Dispose();

    private static CallPair ToCallPair(Guid callId, ProposedPair pair) => new(
        callId, pair.Initiator.UserId, pair.Polite.UserId, pair.Initiator.TicketId, pair.Polite.TicketId,
        pair.Initiator.ConnectionId, pair.Polite.ConnectionId, pair.CallSeconds);
}
