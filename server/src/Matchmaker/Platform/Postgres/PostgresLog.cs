namespace Matchmaker.Platform.Postgres;

/// <summary>Log events 1300-1399.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(1300, LogLevel.Warning, "No DATABASE_URL: everything is in this process's memory, and nothing survives a restart")]
    public static partial void Embedded(ILogger logger);
}
