namespace Matchmaker.Features.Presence;

/// <summary>Log events 3000-3099.</summary>
internal static partial class PresenceLog
{
    [LoggerMessage(3000, LogLevel.Warning, "A connection was closed while the database was away; it is written when it is back")]
    public static partial void CloseDelayed(ILogger logger);

    [LoggerMessage(3001, LogLevel.Warning, "The lease could not be renewed: the database did not answer")]
    public static partial void LeaseDelayed(ILogger logger);

    [LoggerMessage(3002, LogLevel.Warning, "This instance counted as dead; it registered again with {Connections} connections")]
    public static partial void RegisteredAgain(ILogger logger, int connections);

    [LoggerMessage(3003, LogLevel.Information, "Registered as {Instance}, generation {Generation}")]
    public static partial void Registered(ILogger logger, string instance, long generation);

    [LoggerMessage(3004, LogLevel.Error, "{Worker} failed and goes on")]
    public static partial void WorkerFailed(ILogger logger, Exception e, string worker);

    [LoggerMessage(3005, LogLevel.Warning, "People of other instances could not be looked at: the database did not answer")]
    public static partial void LobbyDelayed(ILogger logger);

    [LoggerMessage(3006, LogLevel.Information, "Asking {Connections} connections to move, {PerSecond} a second")]
    public static partial void Moving(ILogger logger, int connections, int perSecond);
}
