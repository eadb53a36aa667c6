using System.Collections.Concurrent;
using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Ends that took effect while the database was away, written again each second until they are in. Bounded; beyond the
/// bound the sweep closes the rows by itself, with the last time somebody was seen.
/// </summary>
internal sealed class PendingEnds(ICallStore store, TimeProvider time, IOptions<CallOptions> options, ILogger<PendingEnds> logger) : BackgroundService
{
    private const int AtOnce = 500;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<Guid, CallEnd> _ends = new();

    private long _dropped;

    public int Count => _ends.Count;

    public int Max => options.Value.MaxPendingEnds;

    /// <summary>Ends that did not fit: the sweep closes their rows.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Add(CallEnd end)
    {
        if (_ends.Count >= Max)
        {
            Interlocked.Increment(ref _dropped);
            CallLog.EndDropped(logger, end.CallId);
            return;
        }

        _ends.TryAdd(end.CallId, end);
    }

    /// <summary>An end whose first write is still under way.</summary>
    public void Watch(CallEnd end, Task<EndedCall?> writing) => _ = Keep(end, writing);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(RetryEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().WaitAsync(stoppingToken))
        {
            await Flush();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await Flush();
    }

    private async Task Keep(CallEnd end, Task<EndedCall?> writing)
    {
        try
        {
            await writing;
        }
        catch (Exception)
        {
            Add(end); // whatever went wrong is seen and logged by the next try
        }
    }

    // Together, so that the store writes them in groups.
    private async Task Flush()
    {
        foreach (var some in _ends.Values.Chunk(AtOnce))
        {
            if ((await Task.WhenAll(some.Select(Write))).Contains(false))
            {
                CallLog.EndDelayed(logger);
                return;
            }
        }
    }

    /// <summary>False when the database is away.</summary>
    private async Task<bool> Write(CallEnd end)
    {
        try
        {
            await store.End(end);
            _ends.TryRemove(end.CallId, out _);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            return false;
        }
        catch (Exception e)
        {
            CallLog.EndFailed(logger, e, end.CallId);
        }

        return true;
    }
}
