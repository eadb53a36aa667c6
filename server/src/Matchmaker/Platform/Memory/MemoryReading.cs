namespace Matchmaker.Platform.Memory;

/// <summary>Bytes that this process holds, at one moment.</summary>
/// <param name="Rss">What the machine gave, as the container counts it.</param>
/// <param name="Heap">Managed objects, dead ones included until the next collection.</param>
/// <param name="Committed">What the collector holds of the machine.</param>
/// <param name="HeapLimit">Where the collector refuses; in a container by default 75 % of its limit.</param>
internal readonly record struct MemoryReading(long Rss, long Heap, long Committed, long HeapLimit)
{
    /// <summary>
    /// How much of <paramref name="limit"/> counts as used: .NET refuses memory at its own limit, before the container
    /// does, so the nearer of the two decides.
    /// </summary>
    public long UsedOf(long limit) => Math.Max(Rss, HeapLimit > 0 ? (long)((double)Committed / HeapLimit * limit) : 0);
}

/// <summary>Where readings come from.</summary>
internal interface IMemoryGauge
{
    /// <summary>Bytes that the container (cgroup v2 or v1) or else the machine allows.</summary>
    long Limit { get; }

    MemoryReading Read();

    /// <summary>One full, compacting collection; blocks, and gives memory back to the machine.</summary>
    void Collect();
}
