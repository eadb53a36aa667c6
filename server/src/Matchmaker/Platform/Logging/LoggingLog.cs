namespace Matchmaker.Platform.Logging;

/// <summary>Log events 1700-1799.</summary>
internal static partial class LoggingLog
{
    /// <summary>Told by <see cref="LineWriter"/> itself, which is behind every logger.</summary>
    public static readonly EventId DroppedEvent = new(1700, "LinesDropped");

    [LoggerMessage(1701, LogLevel.Warning, "Logging__LogLevel__{Category} is {Level}, and so query strings with hub tickets and what people say are in this log. Never with real people")]
    public static partial void Talkative(ILogger logger, string category, string level);

    [LoggerMessage(1702, LogLevel.Warning, "Logging__LogLevel__{Category} is {Level}, but nothing under Warning of it is written: it may hold secrets and what people say. Logs__FrameworkDetails=true writes it")]
    public static partial void HeldBack(ILogger logger, string category, string level);
}
