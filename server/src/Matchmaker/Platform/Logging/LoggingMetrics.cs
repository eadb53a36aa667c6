using System.Diagnostics.Metrics;

namespace Matchmaker.Platform.Logging;

/// <summary>What is not in the log.</summary>
internal sealed class LoggingMetrics
{
    private readonly Counter<long> _suppressed;

    public LoggingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Matchmaker.Logging");
        _suppressed = meter.CreateCounter<long>(
            "matchmaker.log.suppressed", "{line}", "Lines of the log that were not written, because there were many of their kind");
        Dropped = meter.CreateCounter<long>(
            "matchmaker.log.dropped", "{line}", "Lines of the log that were dropped, because nobody reads standard output");
    }

    /// <summary>Lines for which there was no room.</summary>
    public Counter<long> Dropped { get; }

    /// <summary>A line was left out by its rate.</summary>
    public void Suppress(LogLevel level) => _suppressed.Add(1, new KeyValuePair<string, object?>("level", LineFormat.Word(level)));
}
