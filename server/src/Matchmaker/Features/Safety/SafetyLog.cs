namespace Matchmaker.Features.Safety;

/// <summary>Log events 2100-2199.</summary>
internal static partial class SafetyLog
{
    [LoggerMessage(2100, LogLevel.Warning, "A block could not be written: the database did not answer. A call of the two ends all the same")]
    public static partial void BlockNotWritten(ILogger logger);

    [LoggerMessage(2101, LogLevel.Information, "Measure {MeasureId} ({Kind}) was taken about user {UserId}")]
    public static partial void Taken(ILogger logger, MeasureKind kind, Guid measureId, Guid userId);

    [LoggerMessage(2102, LogLevel.Information, "Measure {MeasureId} about user {UserId} was lifted")]
    public static partial void Lifted(ILogger logger, Guid measureId, Guid userId);

    [LoggerMessage(2103, LogLevel.Warning, "What was done about people elsewhere could not be asked: the database did not answer")]
    public static partial void WatchDelayed(ILogger logger);

    [LoggerMessage(2104, LogLevel.Error, "The watch of measures failed and goes on")]
    public static partial void WatchFailed(ILogger logger, Exception e);

    [LoggerMessage(2105, LogLevel.Error, "A measure about user {UserId} is in force but not carried out in every part")]
    public static partial void EffectFailed(ILogger logger, Exception e, Guid userId);

    [LoggerMessage(2106, LogLevel.Information, "Address ban {BanId} was taken")]
    public static partial void AddressBanned(ILogger logger, Guid banId);

    [LoggerMessage(2107, LogLevel.Information, "Address ban {BanId} was lifted")]
    public static partial void AddressBanLifted(ILogger logger, Guid banId);
}
