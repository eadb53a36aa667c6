using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Memory;

[Trait("Category", "Postgres")]
public sealed class PostgresCleanupTurnsTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Of_many_at_once_one_has_the_turn()
    {
        var turns = new PostgresCleanupTurns(database.Database);

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => turns.Take("once", TimeSpan.FromMinutes(5))));

        Assert.Single(taken, true);
    }

    [Fact]
    public async Task After_the_period_there_is_another_turn()
    {
        var turns = new PostgresCleanupTurns(database.Database);
        Assert.True(await turns.Take("again", TimeSpan.FromMinutes(5)));

        Assert.False(await turns.Take("again", TimeSpan.FromMinutes(5)));
        Assert.True(await turns.Take("again", TimeSpan.Zero));
        Assert.True(await turns.Take("other", TimeSpan.FromMinutes(5)));
    }
}
