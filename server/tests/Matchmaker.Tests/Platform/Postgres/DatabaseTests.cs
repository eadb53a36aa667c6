using Matchmaker.Platform.Postgres;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Postgres;

[Trait("Category", "Postgres")]
public sealed class DatabaseTests(TestDatabase server) : IClassFixture<TestDatabase>
{
    /// <summary>Connections are not reset when they go back: what a statement set for itself must end with it.</summary>
    [Fact]
    public async Task Reading_whole_tables_leaves_nothing_behind_in_the_connection()
    {
        await using var database = new Database(new PostgresOptions { Url = server.Url, PoolSize = 1 });
        const string Settings = "select current_setting('statement_timeout') || ' ' || current_setting('enable_seqscan')";
        var before = await database.One<string>(Settings);

        Assert.Equal(["10min on"], await database.QueryWholeTables<string>(Settings));

        Assert.Equal(before, await database.One<string>(Settings));
        Assert.EndsWith(" off", before, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_look_at_whole_tables_leaves_nothing_behind_either()
    {
        await using var database = new Database(new PostgresOptions { Url = server.Url, PoolSize = 1 });

        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => database.QueryWholeTables<int>("select 1 / 0"));

        Assert.Equal("off", await database.One<string>("show enable_seqscan"));
    }
}
