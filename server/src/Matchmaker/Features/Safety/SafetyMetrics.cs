using System.Diagnostics.Metrics;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Features.Safety;

/// <summary>What is done about people, by the instance that did it, and what is in force; no label names anybody.</summary>
internal sealed class SafetyMetrics
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(30);

    private readonly Counter<long> _measures;
    private readonly Counter<long> _lifted;
    private readonly Counter<long> _refusals;

    public SafetyMetrics(IMeterFactory meters, IMeasureStore store, TimeProvider time, ILogger<SafetyMetrics> logger)
    {
        var meter = meters.Create("Matchmaker.Safety");
        _measures = meter.CreateCounter<long>("matchmaker.safety.measures", "{measure}", "Measures taken here, by kind.");
        _lifted = meter.CreateCounter<long>("matchmaker.safety.lifted", "{measure}", "Measures lifted here before their time, by kind.");
        _refusals = meter.CreateCounter<long>("matchmaker.safety.refusals", "{refusal}", "People who heard no, by why: ban, hold or address.");
        var inForce = new AskedFigure<(int Holds, int Bans)>(store.CountInForce, AskEvery, time, logger);
        meter.CreateObservableGauge(
            "matchmaker.safety.in_force", () => Measured(inForce.Read()), "{measure}",
            "Measures in force by kind, as the database said within the last 30 s; the same on every instance.");
    }

    public void Taken(MeasureKind kind) => _measures.Add(1, new KeyValuePair<string, object?>("kind", StoredWord.Of(kind)));

    public void Lifted(MeasureKind kind) => _lifted.Add(1, new KeyValuePair<string, object?>("kind", StoredWord.Of(kind)));

    /// <summary>Somebody heard no: <c>ban</c>, <c>hold</c> or <c>address</c>.</summary>
    public void Refused(string why) => _refusals.Add(1, new KeyValuePair<string, object?>("why", why));

    private static IEnumerable<Measurement<int>> Measured((int Holds, int Bans)? inForce) => inForce is { } counted
        ? [Of(counted.Holds, MeasureKind.Hold), Of(counted.Bans, MeasureKind.Ban)]
        : [];

    private static Measurement<int> Of(int count, MeasureKind kind) => new(count, new KeyValuePair<string, object?>("kind", StoredWord.Of(kind)));
}
