namespace Matchmaker.Platform.Lifetime;

/// <summary>Log events 1200-1299.</summary>
internal static partial class LifetimeLog
{
    [LoggerMessage(1200, LogLevel.Warning, "The readiness check {Check} failed")]
    public static partial void CheckFailed(ILogger logger, Exception e, string check);

    [LoggerMessage(1201, LogLevel.Information, "Draining for at most {DrainFor}; a second signal stops at once")]
    public static partial void Draining(ILogger logger, TimeSpan drainFor);

    [LoggerMessage(1202, LogLevel.Information, "Drained in {Took}")]
    public static partial void Drained(ILogger logger, TimeSpan took);

    [LoggerMessage(1203, LogLevel.Warning, "Stopping after {Took} of draining with work left")]
    public static partial void Cut(ILogger logger, TimeSpan took);

    [LoggerMessage(1204, LogLevel.Error, "Draining failed; stopping")]
    public static partial void DrainFailed(ILogger logger, Exception e);
}
