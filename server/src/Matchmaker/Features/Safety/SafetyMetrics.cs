using System.Diagnostics.Metrics;

namespace Matchmaker.Features.Safety;

/// <summary>What is done about people, by the instance that did it; no label names anybody.</summary>
internal sealed class SafetyMetrics
{
    private readonly Counter<long> _measures;
    private readonly Counter<long> _lifted;
    private readonly Counter<long> _refusals;

    public SafetyMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Matchmaker.Safety");
        _measures = meter.CreateCounter<long>("matchmaker.safety.measures");
        _lifted = meter.CreateCounter<long>("matchmaker.safety.lifted");
        _refusals = meter.CreateCounter<long>("matchmaker.safety.refusals");
    }

    public void Taken(MeasureKind kind) => _measures.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void Lifted(MeasureKind kind) => _lifted.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>Somebody heard no: <c>ban</c>, <c>hold</c> or <c>address</c>.</summary>
    public void Refused(string why) => _refusals.Add(1, new KeyValuePair<string, object?>("why", why));
}
