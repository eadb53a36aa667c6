using System.Diagnostics.Metrics;

namespace Matchmaker.Features.Presence;

/// <summary>Connections of this instance, who was turned away, and how people came back.</summary>
internal sealed class PresenceMetrics
{
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _resumes;

    public PresenceMetrics(IMeterFactory meters, ConnectionManager connections)
    {
        var meter = meters.Create("Matchmaker.Presence");
        meter.CreateObservableGauge(
            "matchmaker.connections", () => new Measurement<int>[] { Of(connections.Count, "open"), Of(connections.Expected, "expected") },
            "{connection}", "Connections by state: open, and expected after a hub ticket.");
        meter.CreateObservableGauge("matchmaker.connections.limit", () => connections.Limit, "{connection}", "MAX_CONNECTIONS.");
        meter.CreateObservableGauge("matchmaker.users.online", () => connections.Users, "{person}", "People with an open connection here.");
        _rejected = meter.CreateCounter<long>(
            "matchmaker.connections.rejected", "{connection}", "Connections refused, by reason (the code) and at: ticket or upgrade.");
        _resumes = meter.CreateCounter<long>(
            "matchmaker.resumes", "{resume}", "Snapshots after a connect by result: complete, incomplete (signals were lost), degraded (from memory).");
    }

    public void Rejected(string reason, string at) =>
        _rejected.Add(1, new KeyValuePair<string, object?>("at", at), new KeyValuePair<string, object?>("reason", reason));

    public void Resumed(string result) => _resumes.Add(1, new KeyValuePair<string, object?>("result", result));

    private static Measurement<int> Of(int count, string state) => new(count, new KeyValuePair<string, object?>("state", state));
}
