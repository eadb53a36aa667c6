namespace Matchmaker.Features.Safety;

/// <summary>Log events 2100-2199.</summary>
internal static partial class SafetyLog
{
    [LoggerMessage(2100, LogLevel.Warning, "A block could not be written: the database did not answer. A call of the two ends all the same")]
    public static partial void BlockNotWritten(ILogger logger);

    [LoggerMessage(2101, LogLevel.Debug, "Deleted {Count} cooldowns that were over")]
    public static partial void Swept(ILogger logger, int count);

    [LoggerMessage(2102, LogLevel.Warning, "Cooldowns that are over could not be deleted; the next sweep tries again")]
    public static partial void SweepFailed(ILogger logger, Exception e);
}
