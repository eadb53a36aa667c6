using System.Globalization;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Platform.Memory;

/// <summary>The memory manager, its settings, and what the operator sees and steers of it.</summary>
internal static class MemoryFeature
{
    private const string Order = "Thresholds are 0 < warning < critical < the limit, in MB.";

    public static void AddMemory(this IServiceCollection services)
    {
        services.AddSettings<MemoryOptions>().Must<MemoryOptions, IMemoryGauge>((o, gauge) => MemoryThresholds.From(o, gauge) is not null
            ? null
            : $"MEMORY_WARNING_THRESHOLD ({Given(o.WarningMb)}) must be under MEMORY_CRITICAL_THRESHOLD ({Given(o.CriticalMb)}), and that "
                + $"under the limit, MEMORY_LIMIT_MB ({Given(o.LimitMb ?? (int)(gauge.Limit >> 20))}), all in MB");
        services.AddSingleton<IMemoryGauge, ProcessMemoryGauge>();
        services.AddStore<ICleanupTurns, InMemoryCleanupTurns, PostgresCleanupTurns>();
        services.AddSingleton<MemoryManager>();
        services.AddSingleton<Shedding>();
        services.AddHostedService(provider => provider.GetRequiredService<MemoryManager>());
        services.AddSingleton<Bounds>();
        services.AddSingleton<MemoryMetrics>();
        services.AddBound<MemoryManager>("cleanup_records", manager => manager.Records().Count, _ => MemoryManager.RecordsKept);
        services.AddSingleton<IHealthSection, MemorySection>();
    }

    public static void MapMemory(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<MemoryMetrics>();
        var operators = routes.MapGroup("/api").RequireOperator();
        operators.MapGet("/monitoring/memory", (MemoryManager manager, Bounds bounds) => Results.Ok(Report(manager, bounds)));
        operators.MapGet("/health/memory", (MemoryManager manager, Bounds bounds) => Results.Ok(Report(manager, bounds)));
        operators.MapPost("/monitoring/memory", Command);
        operators.MapPost("/cleanup/aggressive", async (MemoryManager manager, CancellationToken stopping) =>
            Results.Ok(Describe(await manager.Clean(CleanupDepth.Aggressive, stopping))));
        operators.MapPost("/cache/clear", (MemoryManager manager) => Results.Ok(new CacheCleared(manager.ClearCaches())));
    }

    private static async Task<IResult> Command(MemoryCommand command, MemoryManager manager, Bounds bounds, CancellationToken stopping)
    {
        switch (command.Action)
        {
            case "cleanup":
                return Results.Ok(Describe(await manager.Clean(CleanupDepth.Pressure, stopping)));
            case "dryRun":
                return Results.Ok(new CleanupPlan(CleanupDepth.Pressure, manager.Level, await manager.Plan(CleanupDepth.Pressure, stopping)));
            case "updateThresholds":
                if (command.Thresholds is not { Warning: { } warning, Critical: { } critical } || !manager.TryChange(warning, critical))
                {
                    return Problems.From(CommonRefusals.InvalidArgument("thresholds", Order));
                }

                return Results.Ok(Report(manager, bounds));
            default:
                return Problems.From(CommonRefusals.InvalidArgument("action", "The actions are cleanup, dryRun and updateThresholds."));
        }
    }

    private static MemoryReport Report(MemoryManager manager, Bounds bounds)
    {
        var reading = manager.Read();
        var thresholds = manager.Thresholds;
        return new MemoryReport(
            manager.Level switch { MemoryLevel.Calm or MemoryLevel.Elevated => "healthy", MemoryLevel.High => "warning", _ => "critical" },
            manager.Level,
            new MemoryUsage(
                Megabytes(reading.Rss), Megabytes(reading.Heap), Megabytes(reading.Committed), Megabytes(thresholds.Limit),
                Math.Round(100d * reading.UsedOf(thresholds.Limit) / thresholds.Limit, 1)),
            new MemoryThresholdsReport(
                (int)Megabytes(thresholds.Warning), (int)Megabytes(thresholds.Critical), (int)Megabytes(thresholds.BeginOf(MemoryLevel.Shed))),
            Stores(manager),
            [.. bounds.All.Select(bound => new BoundReport(bound.Name, bound.Count(), bound.Max(), bound.Dropped?.Invoke()))],
            [.. manager.Records().Select(Describe)]);
    }

    private static List<MemoryStoreReport> Stores(MemoryManager manager) => [.. manager.Tenants.Select(tenant =>
    {
        var f = tenant.Figures;
        return new MemoryStoreReport(tenant.Name, f.Entries, f.MaxEntries, f.Bytes, f.MaxBytes, f.Hits, f.Misses, f.Evictions);
    })];

    private static CleanupReport Describe(CleanupRecord record) =>
        new(record.At, record.Depth, record.Level, Megabytes(record.FreedBytes), record.Milliseconds, record.Actions);

    private static double Megabytes(long bytes) => Math.Round(bytes / 1024d / 1024d, 2);

    private static string Given(int? megabytes) => megabytes?.ToString(CultureInfo.InvariantCulture) ?? "not set";
}
