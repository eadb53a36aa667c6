using System.Collections.Concurrent;
using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Ends that took effect and are not in the database yet, because it is slow or away: written again each second until they
/// are in. Bounded; beyond the bound the sweep closes the rows by itself, with the last time somebody was seen.
/// </summary>
internal sealed class PendingEnds(ICallStore store, TimeProvider time, IOptions<CallOptions> options, ILogger<PendingEnds> logger) : BackgroundService
{
    private const int AtOnce = 500;
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private readonly ConcurrentDictionary<Guid, PendingEnd> _ends = new();

    private long _dropped;

    public int Count => _ends.Count;

    public int Max => options.Value.MaxPendingEnds;

    /// <summary>Ends that did not fit: the sweep closes their rows.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>An end, and its first write when that is still under way.</summary>
    public void Add(CallEnd end, Task? writing = null)
    {
        if (_ends.Count >= Max)
        {
            Interlocked.Increment(ref _dropped);
            CallLog.EndDropped(logger, end.CallId);
            return;
        }

        _ends.TryAdd(end.CallId, new PendingEnd(end, writing));
    }

    /// <summary>Waits until an end is written, when it is not; throws what the store throws.</summary>
    public Task Settle(Guid callId) => _ends.TryGetValue(callId, out var pending) ? Write(pending) : Task.CompletedTask;

    /// <summary>Completes when no end waits any more.</summary>
    public async Task Written(CancellationToken cut)
    {
        while (!_ends.IsEmpty)
        {
            await Task.Delay(LookEvery, time, cut);
        }
    }

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

    // Together, so that the store writes them in groups.
    private async Task Flush()
    {
        foreach (var some in _ends.Values.Chunk(AtOnce))
        {
            if ((await Task.WhenAll(some.Select(TryWrite))).Contains(false))
            {
                CallLog.EndDelayed(logger);
                return;
            }
        }
    }

    /// <summary>False when the database is away.</summary>
    private async Task<bool> TryWrite(PendingEnd pending)
    {
        try
        {
            await Write(pending);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            return false;
        }
        catch (Exception e)
        {
            CallLog.EndFailed(logger, e, pending.End.CallId);
        }

        return true;
    }

    private async Task Write(PendingEnd pending)
    {
        if (pending.Writing is { } writing)
        {
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        if (pending.Writing is not { IsCompletedSuccessfully: true })
        {
            await store.End(pending.End); // whatever went wrong the first time is seen now
        }

        _ends.TryRemove(pending.End.CallId, out _);
    }

    private sealed record PendingEnd(CallEnd End, Task? Writing);
}
