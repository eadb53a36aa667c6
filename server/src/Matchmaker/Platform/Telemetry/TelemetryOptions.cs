using Matchmaker.Platform.Settings;

namespace Matchmaker.Platform.Telemetry;

/// <summary>Section <c>Telemetry</c>. How a collector is spoken to is in the standard variables <c>OTEL_EXPORTER_OTLP_*</c>.</summary>
internal sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>A collector that is told the metrics every minute; null: nobody. From <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>.</summary>
    [Variable("OTEL_EXPORTER_OTLP_ENDPOINT")]
    public string? OtlpEndpoint { get; set; }
}
