namespace Matchmaker.Features.Calls;

/// <summary>Log events 4000-4099.</summary>
internal static partial class CallLog
{
    [LoggerMessage(4000, LogLevel.Warning, "Ends of calls wait for the database")]
    public static partial void EndDelayed(ILogger logger);

    [LoggerMessage(4001, LogLevel.Error, "The end of call {CallId} could not be written; it is tried again")]
    public static partial void EndFailed(ILogger logger, Exception e, Guid callId);

    [LoggerMessage(4002, LogLevel.Error, "Too many ends wait for the database; call {CallId} is left to the sweep")]
    public static partial void EndDropped(ILogger logger, Guid callId);

    [LoggerMessage(4003, LogLevel.Warning, "The sweep waits for the database")]
    public static partial void SweepDelayed(ILogger logger);

    [LoggerMessage(4004, LogLevel.Error, "The clock of calls failed and goes on")]
    public static partial void ClockFailed(ILogger logger, Exception e);

    [LoggerMessage(4005, LogLevel.Information, "Nobody looked after call {CallId} any more; it ends with {Reason}")]
    public static partial void Swept(ILogger logger, Guid callId, EndReason reason);

    [LoggerMessage(4006, LogLevel.Warning, "What another instance told of a call waits for the database")]
    public static partial void FollowDelayed(ILogger logger);

    [LoggerMessage(4007, LogLevel.Error, "Following what another instance told of a call failed")]
    public static partial void FollowFailed(ILogger logger, Exception e);
}
