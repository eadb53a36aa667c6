using System.ComponentModel.DataAnnotations;
using Matchmaker.Platform.Settings;

namespace Matchmaker.Platform.Postgres;

/// <summary>The database. Section <c>Postgres</c>; <c>Url</c> comes from <c>DATABASE_URL</c>. Without it all is in memory.</summary>
internal sealed class PostgresOptions
{
    public const string Section = "Postgres";

    [Variable("DATABASE_URL")]
    public string? Url { get; set; }

    /// <summary>Connections in the pool: two cores do not run more than this at once, and a small plan allows few.</summary>
    [Range(1, 200)]
    public int PoolSize { get; set; } = 16;

    /// <summary>How long a caller waits for a connection. Statement (2 s) &lt; command &lt; request, so each fails inside the next.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a command may take before its connection counts as broken.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the server works on one statement before it gives up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan StatementTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
