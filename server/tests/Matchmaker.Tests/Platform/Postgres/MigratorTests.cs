using Matchmaker.Platform.Postgres;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Postgres;

[Trait("Category", "Postgres")]
public sealed class MigratorTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Running_again_applies_nothing()
    {
        Assert.Empty(await new Migrator(database.Url).Run());
        Assert.True(await Migrator.IsCurrent(database.Database));
    }

    [Fact]
    public async Task Replicas_that_start_together_do_not_disturb_each_other()
    {
        var applied = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => new Migrator(database.Url).Run()));

        Assert.All(applied, Assert.Empty);
    }

    [Fact]
    public async Task A_migration_that_was_edited_after_it_ran_is_refused()
    {
        var first = Migrator.All[0];
        await database.Database.Execute("update migration set checksum = 'other' where number = @Number", first);
        try
        {
            var e = await Assert.ThrowsAsync<InvalidOperationException>(() => new Migrator(database.Url).Run());
            Assert.Contains(first.Name, e.Message, StringComparison.Ordinal);
        }
        finally
        {
            await database.Database.Execute("update migration set checksum = @Checksum where number = @Number", first);
        }
    }

    [Fact]
    public async Task A_database_without_the_last_migration_is_not_current()
    {
        var last = Migrator.All[^1];
        await database.Database.Execute("delete from migration where number = @Number", last);
        try
        {
            Assert.False(await Migrator.IsCurrent(database.Database));
        }
        finally
        {
            await database.Database.Execute("insert into migration (number, name, checksum) values (@Number, @Name, @Checksum)", last);
        }
    }
}
