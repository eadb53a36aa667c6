using System.Globalization;

namespace Matchmaker.Platform.Telemetry;

/// <summary>Memory in the words that operators know; <c>usage</c> is the part of the limit that this process holds.</summary>
internal sealed class MemorySection : IHealthSection
{
    public string Name => "memory";

    public object Describe()
    {
        var info = GC.GetGCMemoryInfo();
        var used = GC.GetTotalMemory(forceFullCollection: false);
        var rss = Environment.WorkingSet;
        return new
        {
            HeapUsed = Megabytes(used),
            HeapTotal = Megabytes(Math.Max(used, info.TotalCommittedBytes)),
            Rss = Megabytes(rss),
            Limit = Megabytes(info.TotalAvailableMemoryBytes),
            Usage = Percent(rss, info.TotalAvailableMemoryBytes),
        };
    }

    private static string Megabytes(long bytes) => (bytes / 1024d / 1024d).ToString("0.00' MB'", CultureInfo.InvariantCulture);

    private static string Percent(long part, long whole) => (100d * part / whole).ToString("0.0'%'", CultureInfo.InvariantCulture);
}
