using Npgsql;

namespace Matchmaker.Platform.Postgres;

/// <summary>Tells "the database is not there" (an expected no) from a bug in a statement.</summary>
internal static class DatabaseFailure
{
    /// <summary>No connection, broken connection, time-out, shut down, out of room, or a conflict that a second try settles.</summary>
    public static bool IsAway(Exception e) => e switch
    {
        PostgresException p => p.SqlState is
            "40001" or "40P01" // serialization, deadlock
            or "25006" // read-only: a failed-over server
            or "55P03" or "57014" // lock and statement time-outs
            or "57P01" or "57P02" or "57P03" // shutting down, crashed, starting
            || p.SqlState.StartsWith("53", StringComparison.Ordinal) // out of connections, memory or disk
            || p.SqlState.StartsWith("08", StringComparison.Ordinal),
        NpgsqlException or TimeoutException => true,
        BacklogFullException => true,
        _ => false,
    };

    /// <summary>The statement's own rows are wrong: in a group, only the one that is should fail.</summary>
    public static bool IsBadRow(Exception e) =>
        e is PostgresException p
        && (p.SqlState.StartsWith("22", StringComparison.Ordinal) || p.SqlState.StartsWith("23", StringComparison.Ordinal));
}

/// <summary>A bounded queue in front of the database is full; nothing was accepted.</summary>
internal sealed class BacklogFullException(string name) : Exception($"The backlog of {name} is full.");
