namespace Matchmaker.Platform.Http;

/// <summary>Log events 1000-1099. Paths only: a query may carry a hub ticket.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1000, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger logger, Exception e, string method, string path);

    [LoggerMessage(1001, LogLevel.Warning, "{Method} {Path} was refused: the database did not answer")]
    public static partial void DatabaseAway(ILogger logger, string method, string path);

    [LoggerMessage(1002, LogLevel.Warning, "RATE_LIMITS is off: anybody may send as much as they like. For load runs only")]
    public static partial void RateLimitsOff(ILogger logger);
}
