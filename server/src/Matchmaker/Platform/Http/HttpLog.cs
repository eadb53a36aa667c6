namespace Matchmaker.Platform.Http;

/// <summary>Log events 1000-1099. Routes only: a path has what a client wrote, and a query may carry a hub ticket.</summary>
internal static partial class HttpLog
{
    [LoggerMessage(1000, LogLevel.Error, "{Method} {Route} failed")]
    public static partial void RequestFailed(ILogger logger, Exception e, string method, string route);

    [LoggerMessage(1001, LogLevel.Warning, "{Method} {Route} was refused: the database did not answer")]
    public static partial void DatabaseAway(ILogger logger, string method, string route);

    [LoggerMessage(1002, LogLevel.Warning, "RATE_LIMITS is off: anybody may send as much as they like. For load runs only")]
    public static partial void RateLimitsOff(ILogger logger);
}
