using Matchmaker.Platform.Http;
using Matchmaker.Platform.Lifetime;

namespace Matchmaker.Platform.Telemetry;

/// <summary>What probes, operators and people who wonder are told about this instance.</summary>
internal static class HealthFeature
{
    public static void AddHealth(this IServiceCollection services)
    {
        services.AddSingleton<RequestFigures>();
        services.AddSingleton<IHealthSection>(provider => provider.GetRequiredService<RequestFigures>());
        services.AddSingleton<Health>();
    }

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        // Made now: one has to hear that the application has started, the other counts the time from here.
        routes.ServiceProvider.GetRequiredService<Lifecycle>();
        routes.ServiceProvider.GetRequiredService<Health>();
        routes.MapGet("/health/live", () => Results.Ok(new ReadinessReport("ok", [])));
        routes.MapGet("/health/ready", async (Readiness readiness) =>
        {
            var report = await readiness.Look();
            return Results.Json(report, statusCode: report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        routes.MapGet("/version", (InstanceIdentity instance) =>
            Results.Ok(new VersionReport(BuildVersion.Version, BuildVersion.Commit, instance.Name)));
        foreach (var path in new[] { "/health", "/api/health" })
        {
            routes.MapGet(path, async (HttpContext context, OperatorAccess access, Health health) => Results.Ok(
                access.IsOperator(context) ? (object)await health.Describe() : await health.Summarize()));
        }
    }

    private sealed record VersionReport(string Version, string? Commit, string Instance);
}
