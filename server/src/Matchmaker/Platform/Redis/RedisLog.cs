namespace Matchmaker.Platform.Redis;

/// <summary>Log events 1500-1599.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(1500, LogLevel.Information, "Other instances can be reached as {Channel}")]
    public static partial void Up(ILogger logger, string channel);

    [LoggerMessage(1501, LogLevel.Warning, "Other instances cannot be reached: {Reason}. What is in rows arrives a second late")]
    public static partial void Down(ILogger logger, string reason);

    [LoggerMessage(1502, LogLevel.Warning, "No echo from Redis; the link is replaced")]
    public static partial void Silent(ILogger logger);

    [LoggerMessage(1503, LogLevel.Error, "Handling {Topic} from another instance failed")]
    public static partial void HandlerFailed(ILogger logger, Exception e, string topic);

    [LoggerMessage(1504, LogLevel.Warning, "An old link to Redis could not be closed")]
    public static partial void CloseFailed(ILogger logger, Exception e);
}
