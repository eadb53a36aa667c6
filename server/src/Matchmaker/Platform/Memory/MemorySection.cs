using System.Globalization;
using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Platform.Memory;

/// <summary>Memory in the words that operators know; <c>usage</c> is the part of the limit that this process holds.</summary>
internal sealed class MemorySection(MemoryManager manager) : IHealthSection
{
    public string Name => "memory";

    public object Describe()
    {
        var reading = manager.Read();
        var limit = manager.Thresholds.Limit;
        return new
        {
            manager.Level,
            HeapUsed = Megabytes(reading.Heap),
            HeapTotal = Megabytes(reading.Committed),
            Rss = Megabytes(reading.Rss),
            Limit = Megabytes(limit),
            Usage = Percent(reading.UsedOf(limit), limit),
        };
    }

    private static string Megabytes(long bytes) => (bytes / 1024d / 1024d).ToString("0.00' MB'", CultureInfo.InvariantCulture);

    private static string Percent(long part, long whole) => (100d * part / whole).ToString("0.0'%'", CultureInfo.InvariantCulture);
}
