using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Memory;

/// <summary>What the clean-ups of the stores promise: a dry run changes nothing and says what a run then does.</summary>
public abstract class CleanupContractTests(TestDatabase? database) : WorldTests(database)
{
    [Fact]
    public async Task Cooldowns_that_are_over_are_counted_and_removed()
    {
        await Empty();
        await World.SafetyStore.ExtendCooldown(Guid.NewGuid(), Guid.NewGuid(), World.Time.GetUtcNow().AddSeconds(-1));
        await World.SafetyStore.ExtendCooldown(Guid.NewGuid(), Guid.NewGuid(), World.Time.GetUtcNow().AddHours(1));

        await AssertCleans("expired_cooldowns", 1);
    }

    [Fact]
    public async Task Connections_that_closed_a_minute_ago_are_counted_and_removed()
    {
        await Empty();
        var person = await World.Enter();
        var second = await World.Connect(person);
        await World.PresenceStore.Close(second.Id);
        await AssertCleans("dead_connections", 0);
        await World.Pass(TimeSpan.FromSeconds(61));

        await AssertCleans("dead_connections", 1);
        Assert.True((await World.PresenceStore.Open(person.Connection, await World.Generation(), 2)).TicketUsed);
    }

    [Fact]
    public async Task Tickets_of_people_whom_nobody_knows_are_counted_and_removed()
    {
        await Empty();
        var (here, gone) = (await World.Enter(), await World.Enter());
        await World.JoinInStore(here);
        await World.PresenceStore.Close(gone.Connection.Id);
        await World.Pass(World.Grace + TimeSpan.FromSeconds(1));
        await World.Sweep();
        await World.JoinInStore(gone);
        await AssertCleans("lost_tickets", 0); // one that has just joined may be known in a moment
        await World.Pass(TimeSpan.FromSeconds(61));

        await AssertCleans("lost_tickets", 1);
        Assert.NotNull(await World.MatchStore.Find(here.Id));
    }

    [Fact]
    public async Task Invites_that_ended_some_time_ago_are_counted_and_removed()
    {
        await Empty();
        var (a, b, c) = (await World.Enter(), await World.Enter(), await World.Enter());
        await World.PresenceStore.SetAvailable(b.Id, true);
        var (ended, live) = (Guid.NewGuid(), Guid.NewGuid());
        await World.InviteStore.Create(new NewInvite(ended, a.Id, b.Id, a.Connection.Id, 300), TimeSpan.FromSeconds(20));
        await World.InviteStore.End(ended, InviteOutcome.Declined, null);
        await World.Pass(TimeSpan.FromSeconds(299));
        await AssertCleans("ended_invites", 0);
        await World.InviteStore.Create(new NewInvite(live, c.Id, b.Id, c.Connection.Id, 300), TimeSpan.FromSeconds(20));
        await World.Pass(TimeSpan.FromSeconds(2));

        await AssertCleans("ended_invites", 1);
        Assert.Null(await World.InviteStore.Find(ended));
        Assert.NotNull(await World.InviteStore.Find(live));
    }

    [Fact]
    public async Task Calls_that_nobody_ended_are_counted()
    {
        await Empty();
        var call = await World.StartInStore(await World.Enter(), await World.Enter(), callSeconds: 60);
        await World.Pass(TimeSpan.FromSeconds(64));
        Assert.Equal(0, await World.CallStore.CountAbandoned(World.Grace, 10));
        await World.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal(1, await World.CallStore.CountAbandoned(World.Grace, 10));
        Assert.Equal(0, await World.CallStore.CountAbandoned(World.Grace, 0));

        await World.Sweep();

        Assert.Equal(0, await World.CallStore.CountAbandoned(World.Grace, 10));
        Assert.Equal(EndReason.TimeUp, (await World.CallStore.End(World.End(call)))!.Reason);
    }

    /// <summary>What other tests left in the same database is gone.</summary>
    private protected async Task Empty()
    {
        await World.Pass(TimeSpan.FromDays(30));
        await World.Sweep();
        await World.Pass(TimeSpan.FromSeconds(61));
        foreach (var cleanup in World.All<ICleanup>())
        {
            await cleanup.Run(CleanupDepth.Pressure, CancellationToken.None);
        }
    }

    private async Task AssertCleans(string name, int count)
    {
        var cleanup = World.All<ICleanup>().Single(c => c.Name == name);
        Assert.Equal(count, await cleanup.Count(CleanupDepth.Periodic, CancellationToken.None));
        Assert.Equal(count, await cleanup.Count(CleanupDepth.Periodic, CancellationToken.None));
        Assert.Equal(count, await cleanup.Run(CleanupDepth.Periodic, CancellationToken.None));
        Assert.Equal(0, await cleanup.Count(CleanupDepth.Periodic, CancellationToken.None));
    }
}

public sealed class InMemoryCleanupTests() : CleanupContractTests(null)
{
    [Fact]
    public async Task Calls_that_nobody_ended_are_ended_by_the_clean_up_and_it_says_how_many()
    {
        var people = await World.Enter(4);
        await World.StartInStore(people[0], people[1], callSeconds: 60);
        await World.StartInStore(people[2], people[3], callSeconds: 600);
        await World.Pass(TimeSpan.FromSeconds(66));
        var cleanup = World.All<ICleanup>().Single(c => c.Name == "abandoned_calls");

        Assert.Equal(1, await cleanup.Count(CleanupDepth.Periodic, CancellationToken.None));
        Assert.Equal(1, await cleanup.Run(CleanupDepth.Periodic, CancellationToken.None));
        Assert.Equal(0, await cleanup.Run(CleanupDepth.Periodic, CancellationToken.None));
        Assert.Null(await World.CallStore.FindActive(people[0].Id));
        Assert.NotNull(await World.CallStore.FindActive(people[2].Id));
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresCleanupTests(TestDatabase database) : CleanupContractTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Old_calls_are_counted_by_the_age_that_the_depth_asks_for()
    {
        await Empty();
        var call = await World.StartInStore(await World.Enter(), await World.Enter());
        await World.CallStore.End(World.End(call));
        await World.Pass(TimeSpan.FromDays(2));
        var archiving = World.All<ICleanup>().Single(c => c.Name == "archived_calls");

        Assert.Equal(0, await archiving.Count(CleanupDepth.Periodic, CancellationToken.None));
        Assert.Equal(1, await archiving.Count(CleanupDepth.Pressure, CancellationToken.None));
        Assert.Equal(1, await archiving.Run(CleanupDepth.Pressure, CancellationToken.None));
        Assert.Equal(0, await archiving.Count(CleanupDepth.Pressure, CancellationToken.None));
    }

    [Fact]
    public async Task An_instance_that_is_gone_for_an_hour_is_removed()
    {
        await Empty();
        await World.Database.Execute(
            "insert into instance (instance_id, generation, expires_at) values ('old', 0, now() - interval '61 min'), ('late', 0, now() - interval '59 min')");

        Assert.Equal(1, await World.PresenceStore.CountDead(10));
        Assert.Equal(1, await World.PresenceStore.DeleteDead(10));
        Assert.Equal(1, await World.Database.One<int>("select count(*)::int from instance where instance_id = 'late'"));
    }

    [Fact]
    public async Task A_sweep_deletes_no_more_of_a_kind_than_it_is_allowed()
    {
        await Empty();
        await World.Database.Execute("""
            insert into connection (connection_id, user_id, tab, instance_id, generation, closed_at)
            select i::text, gen_random_uuid(), 'tab-tab-tab', 'gone', 0, clock_timestamp() - interval '2 min' from generate_series(1, 30) i;
            insert into invite (invite_id, from_user, to_user, connection_id, call_seconds, expires_at, outcome, ended_at)
            select gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'gone', 300, now() - interval '1 hour', 'expired', now() - interval '1 hour'
            from generate_series(1, 30)
            """);

        await World.CallStore.Sweep(World.Grace, 1);
        Assert.Equal((20, 20), await Left());
        await World.CallStore.Sweep(World.Grace, 2);

        Assert.Equal((0, 0), await Left());
    }

    private Task<(int, int)> Left() => World.Database.One<(int, int)>(
        "select (select count(*)::int from connection where closed_at is not null), (select count(*)::int from invite where connection_id = 'gone')");
}
