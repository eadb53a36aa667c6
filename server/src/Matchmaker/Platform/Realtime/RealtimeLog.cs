namespace Matchmaker.Platform.Realtime;

/// <summary>Log events 1100-1199.</summary>
internal static partial class RealtimeLog
{
    [LoggerMessage(1100, LogLevel.Warning, "{Method} was refused: the database did not answer")]
    public static partial void DatabaseAway(ILogger logger, string method);

    [LoggerMessage(1101, LogLevel.Error, "{Method} failed")]
    public static partial void MethodFailed(ILogger logger, Exception e, string method);

    [LoggerMessage(1102, LogLevel.Information, "A connection sent too many frames and was closed")]
    public static partial void Flooded(ILogger logger);

    [LoggerMessage(1103, LogLevel.Warning, "{Follower} could not ask what it missed: the database did not answer")]
    public static partial void CatchUpDelayed(ILogger logger, string follower);

    [LoggerMessage(1104, LogLevel.Error, "{Follower} failed to catch up and tries again")]
    public static partial void CatchUpFailed(ILogger logger, Exception e, string follower);
}
