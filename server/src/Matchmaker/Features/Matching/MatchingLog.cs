namespace Matchmaker.Features.Matching;

/// <summary>Log events 5000-5099.</summary>
internal static partial class MatchingLog
{
    [LoggerMessage(5000, LogLevel.Information, "The matcher's lead changed; epoch here: {Epoch}")]
    public static partial void Leads(ILogger logger, long? epoch);

    [LoggerMessage(5001, LogLevel.Warning, "Another matcher leads; a commit of epoch {Epoch} was refused")]
    public static partial void Fenced(ILogger logger, long epoch);

    [LoggerMessage(5002, LogLevel.Warning, "The matcher waits for the database")]
    public static partial void Delayed(ILogger logger);

    [LoggerMessage(5003, LogLevel.Error, "A round of the matcher failed; it goes on")]
    public static partial void RoundFailed(ILogger logger, Exception e);

    [LoggerMessage(5005, LogLevel.Warning, "A user whose ticket was gone could not be told of a call yet")]
    public static partial void CallNotTold(ILogger logger, Exception e);

    [LoggerMessage(5004, LogLevel.Error, "The clock of invites failed and goes on")]
    public static partial void InviteClockFailed(ILogger logger, Exception e);

    [LoggerMessage(5006, LogLevel.Warning, "What another instance told of an invite waits for the database")]
    public static partial void FollowDelayed(ILogger logger);

    [LoggerMessage(5007, LogLevel.Error, "Following what another instance told of an invite failed")]
    public static partial void FollowFailed(ILogger logger, Exception e);
}
