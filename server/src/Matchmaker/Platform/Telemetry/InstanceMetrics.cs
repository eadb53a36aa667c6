using System.Diagnostics.Metrics;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Platform.Telemetry;

/// <summary>What this instance is, and whether it takes visitors. Whoever reads this asks nobody: the last look counts.</summary>
internal sealed class InstanceMetrics
{
    public InstanceMetrics(IMeterFactory meters, Readiness readiness, Lifecycle lifecycle, InstanceIdentity instance, IServiceProvider services)
    {
        var meter = meters.Create("Matchmaker.Instance");
        meter.CreateObservableGauge(
            "matchmaker.build.info",
            () => new Measurement<int>(1, new("version", BuildVersion.Version), new("commit", BuildVersion.Commit ?? "unknown"), new("name", instance.Name)),
            description: "Always 1; its labels are version, commit and the name of the instance.");
        meter.CreateObservableGauge(
            "matchmaker.instance.ready", () => Seen(readiness.Glance(), report => report.IsReady),
            description: "1 when the instance takes visitors, as /health/ready says; 0 when not.");
        meter.CreateObservableGauge(
            "matchmaker.instance.draining", () => lifecycle.IsDraining ? 1 : 0,
            description: "1 when the instance stops and its connections move elsewhere.");
        meter.CreateObservableGauge(
            "matchmaker.database.up",
            () => services.IsEmbedded() ? [] : Seen(readiness.Glance(), report => !report.Reasons.Any(r => r is "database" or "not_migrated" or "check_failed")),
            description: "1 when the database answered at the last look and has its schema; none when embedded.");
    }

    private static IEnumerable<Measurement<int>> Seen(ReadinessReport? report, Func<ReadinessReport, bool> isGood) =>
        report is null ? [] : [new Measurement<int>(isGood(report) ? 1 : 0)];
}
