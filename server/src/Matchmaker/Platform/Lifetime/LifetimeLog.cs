namespace Matchmaker.Platform.Lifetime;

/// <summary>Log events 1200-1299.</summary>
internal static partial class LifetimeLog
{
    [LoggerMessage(1200, LogLevel.Warning, "The readiness check {Check} failed")]
    public static partial void CheckFailed(ILogger logger, Exception e, string check);
}
