using System.Diagnostics.Metrics;

namespace Matchmaker.Platform.Memory;

/// <summary>The memory manager, its tenants and all that is bounded as instruments; the tags are their names, some thirty.</summary>
internal sealed class MemoryMetrics
{
    public MemoryMetrics(IMeterFactory meters, MemoryManager manager, Bounds bounds)
    {
        var meter = meters.Create("Matchmaker.Memory");
        meter.CreateObservableGauge("matchmaker.memory.level", () => (int)manager.Level);
        meter.CreateObservableGauge("matchmaker.memory.limit", () => manager.Thresholds.Limit, "By");
        meter.CreateObservableGauge("matchmaker.memory.rss", () => manager.Read().Rss, "By");
        meter.CreateObservableGauge("matchmaker.memory.committed", () => manager.Read().Committed, "By");
        meter.CreateObservableGauge("matchmaker.store.entries", () => Of(manager, f => f.Entries));
        meter.CreateObservableGauge("matchmaker.store.bytes", () => Of(manager, f => f.Bytes), "By");
        meter.CreateObservableCounter("matchmaker.store.hits", () => Of(manager, f => f.Hits));
        meter.CreateObservableCounter("matchmaker.store.misses", () => Of(manager, f => f.Misses));
        meter.CreateObservableCounter("matchmaker.store.evictions", () => Of(manager, f => f.Evictions));
        meter.CreateObservableGauge("matchmaker.bound.count", () => Of(bounds, b => b.Count()));
        meter.CreateObservableGauge("matchmaker.bound.max", () => Of(bounds, b => b.Max()));
        meter.CreateObservableCounter("matchmaker.bound.dropped", () => Of(bounds, b => b.Dropped?.Invoke()));
    }

    private static IEnumerable<Measurement<long>> Of(MemoryManager manager, Func<MemoryTenantFigures, long> figure) =>
        manager.Tenants.Select(tenant => new Measurement<long>(figure(tenant.Figures), new KeyValuePair<string, object?>("store", tenant.Name)));

    private static IEnumerable<Measurement<long>> Of(Bounds bounds, Func<Bound, long?> figure) =>
        from bound in bounds.All
        let value = figure(bound)
        where value is not null
        select new Measurement<long>(value.Value, new KeyValuePair<string, object?>("bound", bound.Name));
}
