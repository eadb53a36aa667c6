namespace Matchmaker.Features.Safety;

/// <summary>Log events 2100-2199.</summary>
internal static partial class SafetyLog
{
    [LoggerMessage(2100, LogLevel.Warning, "A block could not be written: the database did not answer. A call of the two ends all the same")]
    public static partial void BlockNotWritten(ILogger logger);
}
