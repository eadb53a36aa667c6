using System.Diagnostics.Metrics;

namespace Matchmaker.Platform.Memory;

/// <summary>The memory manager, its tenants and all that is bounded as instruments; the tags are their names, some sixty.</summary>
internal sealed class MemoryMetrics
{
    public MemoryMetrics(IMeterFactory meters, MemoryManager manager, Bounds bounds)
    {
        var meter = meters.Create("Matchmaker.Memory");
        meter.CreateObservableGauge(
            "matchmaker.memory.level", () => (int)manager.Level, description: "0 calm, 1 elevated, 2 high, 3 critical, 4 shed.");
        meter.CreateObservableGauge("matchmaker.memory.limit", () => manager.Thresholds.Limit, "By", "What the process may hold.");
        meter.CreateObservableGauge("matchmaker.memory.rss", () => manager.Read().Rss, "By", "What the process holds of the machine.");
        meter.CreateObservableGauge("matchmaker.memory.committed", () => manager.Read().Committed, "By", "What the collector's heap holds of it.");
        meter.CreateObservableGauge("matchmaker.store.entries", () => Of(manager, f => f.Entries), "{entry}", "Entries of a cache.");
        meter.CreateObservableGauge("matchmaker.store.bytes", () => Of(manager, f => f.Bytes), "By", "The same in bytes, estimated.");
        meter.CreateObservableCounter("matchmaker.store.hits", () => Of(manager, f => f.Hits), "{read}", "Reads that a cache answered.");
        meter.CreateObservableCounter("matchmaker.store.misses", () => Of(manager, f => f.Misses), "{read}", "Reads that it did not.");
        meter.CreateObservableCounter("matchmaker.store.evictions", () => Of(manager, f => f.Evictions), "{entry}", "Entries that went to make room.");
        meter.CreateObservableGauge("matchmaker.bound.count", () => Of(bounds, b => b.Count()), "{thing}", "How many there are of something that has a bound; the names are in State.");
        meter.CreateObservableGauge("matchmaker.bound.max", () => Of(bounds, b => b.Max()), "{thing}", "How many there may be.");
        meter.CreateObservableCounter("matchmaker.bound.dropped", () => Of(bounds, b => b.Dropped?.Invoke()), "{thing}", "How many were let go or refused at the bound.");
    }

    private static IEnumerable<Measurement<long>> Of(MemoryManager manager, Func<MemoryTenantFigures, long> figure) =>
        manager.Tenants.Select(tenant => new Measurement<long>(figure(tenant.Figures), new KeyValuePair<string, object?>("store", tenant.Name)));

    private static IEnumerable<Measurement<long>> Of(Bounds bounds, Func<Bound, long?> figure) =>
        from bound in bounds.All
        let value = figure(bound)
        where value is not null
        select new Measurement<long>(value.Value, new KeyValuePair<string, object?>("bound", bound.Name));
}
