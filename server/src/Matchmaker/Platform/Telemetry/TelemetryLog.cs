namespace Matchmaker.Platform.Telemetry;

/// <summary>Log events 1600-1699.</summary>
internal static partial class TelemetryLog
{
    [LoggerMessage(1600, LogLevel.Warning, "A figure of the metrics could not be had; it is left out until it can")]
    public static partial void FigureFailed(ILogger logger, Exception e);
}
