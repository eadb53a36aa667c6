using System.Diagnostics.Metrics;

namespace Matchmaker.Features.Calls;

/// <summary>Calls tried, live and ended; no label ever names a person or a call.</summary>
internal sealed class CallMetrics
{
    private readonly Counter<long> _starts;
    private readonly Histogram<double> _durations;

    public CallMetrics(IMeterFactory meters, LiveCalls live)
    {
        var meter = meters.Create("Matchmaker.Calls");
        _starts = meter.CreateCounter<long>("matchmaker.calls.starts");
        _durations = meter.CreateHistogram<double>("matchmaker.calls.duration", "s");
        meter.CreateObservableGauge("matchmaker.calls.live", () => live.Count);
    }

    public void Started(CallOrigin origin, StartOutcome outcome) =>
        _starts.Add(1, new KeyValuePair<string, object?>("origin", origin), new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>For the store to say: whoever closed the row counts it, and nobody who hears of it.</summary>
    public void Ended(EndReason reason, int seconds) => _durations.Record(seconds, new KeyValuePair<string, object?>("reason", reason));
}
