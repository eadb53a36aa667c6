using Matchmaker.Platform.Postgres;

namespace Matchmaker.Platform.Memory;

/// <summary>A row for each clean-up; the database's clock decides.</summary>
internal sealed class PostgresCleanupTurns(Database database) : ICleanupTurns
{
    private const string TakeSql = """
        insert into cleanup_turn as t (name, began) values (@Name, clock_timestamp())
        on conflict (name) do update set began = clock_timestamp() where t.began <= clock_timestamp() - @Period
        returning true
        """;

    public Task<bool> Take(string name, TimeSpan period) => database.One<bool>(TakeSql, new { Name = name, Period = period });
}
