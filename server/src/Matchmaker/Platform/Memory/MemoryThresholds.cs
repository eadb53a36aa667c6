namespace Matchmaker.Platform.Memory;

/// <summary>
/// Where the levels begin, in bytes. Always 0 &lt; warning &lt; critical &lt; limit.
/// </summary>
internal sealed record MemoryThresholds
{
    private const double DefaultWarning = 0.88;
    private const double DefaultCritical = 0.94;
    private const double ElevatedBelowWarning = 0.10;
    private const double CriticalBelowShed = 0.02;

    /// <summary>
    /// What is kept free for those who were let in and still settle, and for what comes between two looks: measured 11 MB with
    /// forty arrivals a second. Of a small limit no more than this part of it.
    /// </summary>
    private const long Reserve = 16 * 1024 * 1024;
    private const double MostReserve = 0.08;

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
        var top = critical ?? Math.Min((long)(limit * DefaultCritical), BeforeReserve(limit) - (long)(limit * CriticalBelowShed));
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
        // Never at critical itself or under it, wherever the operator sets that.
        _ => Math.Min(Critical + ((Limit - Critical) / 2), Math.Max(BeforeReserve(Limit), Critical + ((Limit - Critical) / 10))),
    };

    private static long BeforeReserve(long limit) => limit - Math.Min(Reserve, (long)(limit * MostReserve));

    private static long? Bytes(int? megabytes) => megabytes is { } mb ? (long)mb * 1024 * 1024 : null;
}
