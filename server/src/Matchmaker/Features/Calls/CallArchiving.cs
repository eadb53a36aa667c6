using Matchmaker.Platform.Memory;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>Moves old calls to the archive, batch by batch: after a week, and after a day when memory is short.</summary>
internal sealed class CallArchiving(ICallStore store, CallMetrics metrics, IOptions<CallOptions> options) : ICleanup
{
    /// <summary>What one run moves at most, in batches: the next run goes on.</summary>
    private const int BatchesPerRun = 50;

    private const int PerBatch = 200;

    public string Name => "archived_calls";

    public bool IsShared => true;

    public Task<int> Count(CleanupDepth depth, CancellationToken stopping) => store.CountOld(Age(depth), BatchesPerRun * PerBatch);

    public async Task<int> Run(CleanupDepth depth, CancellationToken stopping)
    {
        var age = Age(depth);
        var moved = 0;
        for (var batch = 0; batch < BatchesPerRun && !stopping.IsCancellationRequested; batch++)
        {
            var now = await store.Archive(age, PerBatch);
            moved += now;
            metrics.Archived(now);
            if (now == 0)
            {
                break;
            }
        }

        return moved;
    }

    private TimeSpan Age(CleanupDepth depth) =>
        depth == CleanupDepth.Periodic ? options.Value.ArchiveAfter : options.Value.ArchiveUnderPressureAfter;
}
