namespace Matchmaker.Features.Signaling;

/// <summary>Log events 5100-5199.</summary>
internal static partial class SignalingLog
{
    [LoggerMessage(5100, LogLevel.Information, "The TURN server {Url} works")]
    public static partial void TurnWorks(ILogger logger, string url);

    [LoggerMessage(5101, LogLevel.Warning, "The TURN server {Url} is {State} ({Why}); {Left} are left for people")]
    public static partial void TurnFails(ILogger logger, string url, TurnState state, string? why, int left);

    [LoggerMessage(5102, LogLevel.Error, "Looking at the TURN servers failed; it goes on")]
    public static partial void LookFailed(ILogger logger, Exception e);
}
