using System.Globalization;
using System.Runtime;

namespace Matchmaker.Platform.Memory;

/// <summary>This process as Linux and the collector see it.</summary>
internal sealed class ProcessMemoryGauge : IMemoryGauge
{
    // cgroup v1 says "no limit" with a number near 2^63.
    private const long NoLimit = 1L << 60;
    private static readonly string[] _limitFiles = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

    public long Limit { get; } = ContainerLimit() ?? MachineMemory();

    public MemoryReading Read()
    {
        var info = GC.GetGCMemoryInfo();
        var heap = GC.GetTotalMemory(forceFullCollection: false);
        // Without a limit of its own the collector answers the machine's memory, which refuses nothing earlier.
        return new MemoryReading(Environment.WorkingSet, heap, Math.Max(heap, info.TotalCommittedBytes), info.TotalAvailableMemoryBytes);
    }

    public void Collect()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static long? ContainerLimit()
    {
        foreach (var file in _limitFiles)
        {
            // "max" where there is none.
            if (File.Exists(file)
                && long.TryParse(File.ReadAllText(file).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var bytes)
                && bytes < NoLimit)
            {
                return bytes;
            }
        }

        return null;
    }

    private static long MachineMemory() => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
}
