using System.Diagnostics.Metrics;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Refusals;
using Matchmaker.Platform.Settings;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Matchmaker.Platform.Telemetry;

/// <summary>
/// What the meters say, to those who ask (<c>/metrics</c>, for Prometheus) and, when a collector is named, to it (OTLP).
/// </summary>
internal static class TelemetryFeature
{
    /// <summary>Our own and those of what carries us. What has no value here (rate limiter, exception handler) is not named.</summary>
    private static readonly string[] _meters =
    [
        "Matchmaker.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Http.Connections",
        "Microsoft.AspNetCore.MemoryPool", "Npgsql", "System.Runtime",
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSettings<TelemetryOptions>().Must(o => o.OtlpEndpoint is null || IsUrl(o.OtlpEndpoint)
            ? null
            : $"OTEL_EXPORTER_OTLP_ENDPOINT must be the URL of a collector, such as http://collector:4318, but is {SettingText.Given(o.OtlpEndpoint)}");
        services.AddSingleton<InstanceMetrics>();
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
            metrics.ConfigureResource(resource => Describe(resource, provider.GetRequiredService<InstanceIdentity>())));
        // Of several hosts in one process each tells of itself.
        services.ConfigureOpenTelemetryMeterProvider((provider, metrics) =>
        {
            var own = provider.GetRequiredService<IMeterFactory>();
            metrics.AddView(instrument => instrument.Meter.Scope is IMeterFactory other && other != own
                ? MetricStreamConfiguration.Drop
                : MetricViews.Of(instrument));
        });
        services.AddOpenTelemetry().WithMetrics(metrics =>
        {
            metrics.AddMeter(_meters)
                .SetMaxMetricStreams(MetricViews.MaxStreams)
                .AddPrometheusExporter(o => o.ScopeInfoEnabled = false); // a label on every line that says what its name says
            // Only what is registered before there is a provider exists; a wrong value is told by the validation above.
            if (Endpoint(builder.Configuration) is { } url && IsUrl(url))
            {
                metrics.AddOtlpExporter(o => o.Endpoint = ForMetrics(url, o.Protocol));
            }
        });
    }

    public static void MapTelemetry(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<InstanceMetrics>();
        routes.MapPrometheusScrapingEndpoint(
                "/metrics", meterProvider: null, branch => branch.Use(OnlyOperators), optionsName: null)
            .WithMetadata(new ForOperator(), new HttpMethodMetadata([HttpMethods.Get]));
    }

    private static Task OnlyOperators(HttpContext context, RequestDelegate next) =>
        context.RequestServices.GetRequiredService<OperatorAccess>().IsOperator(context)
            ? next(context)
            : Problems.Write(context, CommonRefusals.Forbidden);

    /// <summary>Last what the environment says (<c>OTEL_SERVICE_NAME</c>, <c>OTEL_RESOURCE_ATTRIBUTES</c>): it wins.</summary>
    private static void Describe(ResourceBuilder resource, InstanceIdentity instance) => resource.Clear()
        .AddService("matchmaker", serviceVersion: BuildVersion.Version, serviceInstanceId: instance.Name)
        .AddTelemetrySdk()
        .AddEnvironmentVariableDetector();

    private static string? Endpoint(ConfigurationManager configuration) =>
        configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } url ? url : configuration[$"{TelemetryOptions.Section}:{nameof(TelemetryOptions.OtlpEndpoint)}"];

    /// <summary>Over HTTP each kind of signal has its path; over gRPC the service is its name.</summary>
    private static Uri ForMetrics(string url, OtlpExportProtocol protocol) =>
        protocol == OtlpExportProtocol.HttpProtobuf ? new Uri(url.TrimEnd('/') + "/v1/metrics") : new Uri(url);

    internal static bool IsUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Host.Length > 0;
}
