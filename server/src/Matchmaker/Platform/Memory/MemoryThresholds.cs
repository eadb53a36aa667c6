namespace Matchmaker.Platform.Memory;

/// <summary>
/// Where the levels begin, in bytes. Always 0 &lt; warning &lt; critical &lt; limit.
/// </summary>
internal sealed record MemoryThresholds
{
    private const double DefaultWarning = 0.88;
    private const double DefaultCritical = 0.94;
    private const double ElevatedBelowWarning = 0.10;

    /// <summary>A level is left only this part of the limit below where it began, so that it does not flutter.</summary>
    private const double Hysteresis = 0.02;

    private MemoryThresholds(long limit, long warning, long critical)
    {
        Limit = limit;
        Warning = warning;
        Critical = critical;
    }

    public long Limit { get; }

    public long Warning { get; }

    public long Critical { get; }

    /// <summary>The thresholds, with the documents' parts of the limit where one is not given; null when they are not in order.</summary>
    public static MemoryThresholds? Of(long limit, long? warning = null, long? critical = null)
    {
        var top = critical ?? (long)(limit * DefaultCritical);
        var first = warning ?? (long)(limit * DefaultWarning);
        return first > 0 && first < top && top < limit ? new MemoryThresholds(limit, first, top) : null;
    }

    /// <summary>What the options and the container give; null when they are not in order.</summary>
    public static MemoryThresholds? From(MemoryOptions options, IMemoryGauge gauge) =>
        Of(Bytes(options.LimitMb) ?? gauge.Limit, Bytes(options.WarningMb), Bytes(options.CriticalMb));

    /// <summary>The same limit with other thresholds, in MB; null when they are not in order.</summary>
    public MemoryThresholds? With(int warningMb, int criticalMb) => Of(Limit, Bytes(warningMb), Bytes(criticalMb));

    /// <summary>The level at <paramref name="used"/> bytes for a process that was at <paramref name="before"/>.</summary>
    public MemoryLevel LevelAt(long used, MemoryLevel before)
    {
        for (var level = MemoryLevel.Shed; level > MemoryLevel.Calm; level--)
        {
            var begins = BeginOf(level) - (level <= before ? (long)(Limit * Hysteresis) : 0);
            if (used >= begins)
            {
                return level;
            }
        }

        return MemoryLevel.Calm;
    }

    /// <summary>Bytes from which a level holds on the way up.</summary>
    public long BeginOf(MemoryLevel level) => level switch
    {
        MemoryLevel.Calm => 0,
        MemoryLevel.Elevated => Math.Max(1, Warning - (long)(Limit * ElevatedBelowWarning)),
        MemoryLevel.High => Warning,
        MemoryLevel.Critical => Critical,
        _ => Critical + (Limit - Critical) / 2,
    };

    private static long? Bytes(int? megabytes) => megabytes is { } mb ? (long)mb * 1024 * 1024 : null;
}
