using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Keeps this instance's lease. A renewal that touches nothing means that others think it dead, or that the database
/// lost its unlogged tables in a crash while every socket stayed open: then it takes a new generation and writes back
/// all that it holds.
/// </summary>
internal sealed class InstanceLease(
    IPresenceStore store, ConnectionManager connections, Lobby lobby, InstanceIdentity instance, TimeProvider time,
    IOptions<PresenceOptions> options, ILogger<InstanceLease> logger) : BackgroundService
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TaskCompletionSource<long> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _generation;
    private volatile bool _stale;
    private int _reconciliations;
    private long _renewed;
    private DateTimeOffset _since = DateTimeOffset.MaxValue;

    /// <summary>After a new generation: what else this instance holds in unlogged tables must be written back.</summary>
    public event Func<Task>? RegisteredAgain;

    /// <summary>A connection had to go while its instance counted as dead: newer ones took its place.</summary>
    public event Action<string>? Displaced;

    /// <summary>The generation in force; waits for the first registration.</summary>
    public Task<long> Generation => _first.Task.IsCompleted ? Task.FromResult(Volatile.Read(ref _generation)) : _first.Task;

    /// <summary>False: others may count this instance as dead, and what happens without it is not known here.</summary>
    public bool IsHeld => Volatile.Read(ref _renewed) is var renewed and not 0 && time.GetElapsedTime(renewed) < options.Value.Lease;

    /// <summary>True when the database was there without a break for one lease time and the grace: only then may others be reaped.</summary>
    public bool MayReap => time.GetUtcNow() - _since > options.Value.Lease + options.Value.Grace;

    /// <summary>Changes whenever what this instance holds begins or ends to be written back; odd in between.</summary>
    public int Reconciliations => Volatile.Read(ref _reconciliations);

    /// <summary>False while rows may say less than this instance holds: what they say of its connections counts for nothing.</summary>
    public bool IsWritten => !_stale && Reconciliations % 2 == 0;

    /// <summary>The store missed something; everything is written again at the next renewal.</summary>
    public void MarkStale() => _stale = true;

    /// <summary>
    /// Renews now. For whoever misses a row that this instance holds: when this ends, either the tables are whole and the
    /// row is gone for a reason, or they were lost and everything has been written back.
    /// </summary>
    public async Task Confirm()
    {
        await _turn.WaitAsync();
        var begun = time.GetTimestamp();
        try
        {
            await Tick();
            Volatile.Write(ref _renewed, begun);
        }
        catch (Exception e)
        {
            // Whatever went wrong: what was to be written back is not.
            _stale = true;
            if (DatabaseFailure.IsAway(e))
            {
                PresenceLog.LeaseDelayed(logger);
                _since = DateTimeOffset.MaxValue;
            }

            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public override void Dispose()
    {
        _turn.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var pause = options.Value.Lease / 3;
            try
            {
                await Confirm();
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                pause = TimeSpan.FromSeconds(1);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                PresenceLog.WorkerFailed(logger, e, nameof(InstanceLease));
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_first.Task.IsCompleted)
        {
            await Resign();
        }
    }

    private async Task Tick()
    {
        if (!_first.Task.IsCompleted)
        {
            _generation = await store.Register(options.Value.Lease);
            PresenceLog.Registered(logger, instance.Name, _generation);
            _since = time.GetUtcNow();
            _first.TrySetResult(_generation);
            return;
        }

        var alive = await store.Renew(_generation, options.Value.Lease);
        if (!alive)
        {
            Volatile.Write(ref _generation, await store.Register(options.Value.Lease));
            _since = DateTimeOffset.MaxValue;
        }

        if (!alive || _stale)
        {
            _stale = false;
            Interlocked.Increment(ref _reconciliations);
            Connection[] open = [];
            try
            {
                // In this order: whatever has a row by now has its place here before that.
                var upTo = await store.LastOpened();
                open = connections.All();
                foreach (var id in await store.Reconcile(_generation, open, lobby.AvailableHere(), options.Value.MaxConnectionsPerUser, upTo))
                {
                    Displaced?.Invoke(id);
                }
            }
            catch
            {
                _stale = true;
                throw;
            }
            finally
            {
                // One that closed meanwhile was perhaps opened again.
                _stale |= open.Any(c => !connections.IsOpen(c.Id));
                Interlocked.Increment(ref _reconciliations);
            }

            PresenceLog.RegisteredAgain(logger, open.Length);
            if (RegisteredAgain is { } handlers)
            {
                foreach (var handler in handlers.GetInvocationList().Cast<Func<Task>>())
                {
                    await handler();
                }
            }
        }

        if (_since == DateTimeOffset.MaxValue)
        {
            _since = time.GetUtcNow();
        }
    }

    private async Task Resign()
    {
        Volatile.Write(ref _renewed, 0);
        try
        {
            await store.Resign(_generation);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            PresenceLog.LeaseDelayed(logger); // it runs out by itself
        }
    }
}
