using System.Diagnostics.Metrics;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Calls;

/// <summary>Calls tried, live and ended; no label ever names a person or a call.</summary>
internal sealed class CallMetrics
{
    private readonly Counter<long> _starts;
    private readonly Counter<long> _archived;
    private readonly Histogram<double> _durations;

    public CallMetrics(IMeterFactory meters, LiveCalls live)
    {
        var meter = meters.Create("Matchmaker.Calls");
        _starts = meter.CreateCounter<long>("matchmaker.calls.starts", "{call}", "Calls tried, by origin (queue, invite) and outcome.");
        _archived = meter.CreateCounter<long>("matchmaker.calls.archived", "{call}", "Calls moved to the archive by this instance.");
        _durations = meter.CreateHistogram<double>("matchmaker.calls.duration", "s", "How long calls took, by the reason of their end; whoever closed the row counts it.");
        meter.CreateObservableGauge(
            "matchmaker.calls.live", () => live.Count, "{call}", "Live calls with a member on this instance: a call across two is counted on both.");
    }

    public void Started(CallOrigin origin, StartOutcome outcome) => _starts.Add(
        1, new KeyValuePair<string, object?>("origin", StoredWord.Of(origin)), new KeyValuePair<string, object?>("outcome", StoredWord.Of(outcome)));

    /// <summary>For the store to say: whoever closed the row counts it, and nobody who hears of it.</summary>
    public void Ended(EndReason reason, int seconds) => _durations.Record(seconds, new KeyValuePair<string, object?>("reason", StoredWord.Of(reason)));

    public void Archived(int calls) => _archived.Add(calls);
}
