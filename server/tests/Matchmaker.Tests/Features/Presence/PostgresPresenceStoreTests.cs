using Dapper;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Refusals;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Matchmaker.Tests.Features.Presence;

/// <summary>The contract on PostgreSQL, and what only several instances on one database can have: leases.</summary>
[Trait("Category", "Postgres")]
public sealed class PostgresPresenceStoreTests(TestDatabase database) : PresenceStoreContractTests(database), IClassFixture<TestDatabase>
{
    private static readonly TimeSpan _lease = TimeSpan.FromSeconds(12);

    [Fact]
    public async Task Each_registration_has_a_higher_generation_and_ends_the_one_before()
    {
        var store = Instance("restarted");
        var first = await store.Register(_lease);
        Assert.True(await store.Renew(first, _lease));

        var second = await store.Register(_lease);

        Assert.True(second > first);
        Assert.False(await store.Renew(first, _lease));
        Assert.True(await store.Renew(second, _lease));
        await store.Resign(first); // of the one before: no effect
        Assert.True(await store.Renew(second, _lease));
        await store.Resign(second);
        Assert.False(await store.Renew(second, _lease));
    }

    [Fact]
    public async Task A_lease_that_ran_out_cannot_be_renewed()
    {
        var store = Instance("paused");
        var generation = await store.Register(_lease);
        await RunOut("paused");

        Assert.False(await store.Renew(generation, _lease));
    }

    [Fact]
    public async Task The_connections_of_a_dead_instance_count_as_closed()
    {
        var (dead, generation) = (Instance("dead"), 0L);
        generation = await dead.Register(_lease);
        var (one, two) = (Mine(), Mine());
        await dead.Open(one, generation, 2);
        await dead.Open(two, generation, 2);
        await RunOut("dead");

        var here = Mine();
        var slot = await Open(here);

        Assert.Empty(slot.Displaced);
        Assert.Equal(0, await Store.Close(here.Id));
    }

    [Fact]
    public async Task The_connections_of_a_dead_instance_take_no_place_of_all()
    {
        await NobodyElse();
        var dead = Instance("dead-and-full");
        await dead.Open(Mine(), await dead.Register(_lease), 2);
        var stranger = World.NewConnection(Guid.NewGuid());
        Assert.Equal(PresenceRefusals.ServerFull, (await Open(stranger, maxOfAll: 1)).No);

        await RunOut("dead-and-full");

        Assert.Null((await Open(stranger, maxOfAll: 1)).No);
    }

    [Fact]
    public async Task Whoever_has_a_call_or_a_place_in_the_queue_gets_in_when_all_places_are_taken()
    {
        var (a, b, waiting) = (await World.Enter(), await World.Enter(), await World.Enter());
        await World.StartInStore(a, b);
        await World.JoinInStore(waiting);
        await Store.Close(a.Connection.Id);
        await Store.Close(waiting.Connection.Id);

        Assert.Equal(PresenceRefusals.ServerFull, (await Open(Mine(), maxOfAll: 1)).No);
        Assert.True(await Store.HasRoom(a.Id, "another-tab", Max, 1));
        Assert.Null((await Open(World.NewConnection(a.Id), maxOfAll: 1)).No);
        Assert.Null((await Open(World.NewConnection(waiting.Id), maxOfAll: 1)).No);
    }

    [Fact]
    public async Task Whoever_cannot_be_counted_is_not_let_in()
    {
        await using var other = await World.Database.Source.OpenConnectionAsync();
        await using var counting = await other.BeginTransactionAsync();
        await other.ExecuteAsync("select pg_advisory_xact_lock(hashtextextended('open_slot', 0))");

        Assert.Equal(CommonRefusals.Unavailable, (await Open(Mine(), maxOfAll: 1000)).No);
        Assert.Null((await Open(Mine())).No); // without the limit nobody counts, or waits
    }

    [Fact]
    public async Task The_places_of_the_users_of_a_dead_instance_are_kept_for_the_grace()
    {
        var dead = Instance("dead-with-users");
        var mine = Mine();
        await dead.Open(mine, await dead.Register(_lease), 2);
        await dead.SetAvailable(mine.UserId, true);
        await RunOut("dead-with-users");

        await World.Sweep(); // notices
        await World.Pass(World.Grace - TimeSpan.FromSeconds(1));
        await World.Sweep();
        Assert.NotNull(await Store.AvailableSince(mine.UserId));
        await World.Pass(TimeSpan.FromSeconds(2));
        await World.Sweep();
        Assert.Null(await Store.AvailableSince(mine.UserId));
    }

    [Fact]
    public async Task An_instance_that_registers_again_writes_back_what_it_holds()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.StartInStore(a, b);
        await RunOut(World.Get<InstanceIdentity>().Name);
        await World.Sweep(); // thinks both lost, and away from their call
        var gone = Mine();
        var generation = await Store.Register(_lease);
        await Store.Open(gone, generation, 2);

        await Store.Reconcile(generation, [a.Connection, b.Connection], [(a.Id, World.Time.GetUtcNow())], 2, await Store.LastOpened());

        Assert.NotNull(await Store.AvailableSince(a.Id));
        Assert.Null(await Store.AvailableSince(b.Id));
        Assert.Equal(0, await Store.Close(gone.Id));
        Assert.Equal(0, await World.Database.One<int>(
            "select count(*)::int from seat where away_since is not null and user_id = any (@Users)", new { Users = new[] { a.Id, b.Id } }));
        await World.Pass(World.Grace * 2);
        await World.Sweep();
        Assert.NotNull(await World.CallStore.FindActive(a.Id));
        Assert.NotNull(await Store.AvailableSince(a.Id));
    }

    [Fact]
    public async Task Everything_can_be_written_back_after_the_database_lost_its_unlogged_tables()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.Database.Execute("truncate presence, connection, instance, ticket, invite");
        Assert.False(await Store.Renew(await World.Generation(), _lease));

        var generation = await Store.Register(_lease);
        await Store.Reconcile(generation, [a.Connection, b.Connection], [(b.Id, World.Time.GetUtcNow())], 2, await Store.LastOpened());

        Assert.Null(await Store.AvailableSince(a.Id));
        Assert.NotNull(await Store.AvailableSince(b.Id));

        Assert.True((await Store.Open(a.Connection, generation, 2)).TicketUsed);
        Assert.Equal(0, await Store.Close(a.Connection.Id));
    }

    [Fact]
    public async Task Writing_back_does_not_reopen_what_a_newer_tab_elsewhere_displaced()
    {
        var (one, two, three) = (Mine(), Mine(), Mine());
        await Open(one);
        await Open(two);
        var other = await Another();
        await other.PresenceStore.Open(three, await other.Generation(), 2);

        Assert.Equal([one.Id], await Store.Reconcile(await World.Generation(), [one, two], [], 2, await Store.LastOpened()));

        Assert.Equal(1, await Store.Close(three.Id));
    }

    [Fact]
    public async Task Writing_back_closes_nothing_that_was_opened_after_the_look_at_what_is_open()
    {
        var (here, gone, later) = (Mine(), Mine(), Mine());
        await Open(here);
        await Open(gone);
        var upTo = await Store.LastOpened();
        await Open(later);

        await Store.Reconcile(await World.Generation(), [here], [], 2, upTo);

        Assert.Equal(
            [here.Id, later.Id],
            (await World.Database.Query<string>("select connection_id from connection where closed_at is null and connection_id = any (@Ids) order by number",
                new { Ids = new[] { here.Id, gone.Id, later.Id } })));
    }

    [Fact]
    public async Task The_clocks_of_grace_begin_again_with_the_first_instance_that_starts()
    {
        var mine = Mine();
        await Open(mine);
        await Store.SetAvailable(mine.UserId, true);
        await Store.Close(mine.Id);
        await World.Pass(World.Grace * 2);
        await World.Database.Execute("delete from instance"); // nobody runs any more

        await Store.Register(_lease);
        await World.Sweep();
        Assert.NotNull(await Store.AvailableSince(mine.UserId));

        await World.Pass(World.Grace * 2);
        await Instance("the second").Register(_lease);
        await World.Sweep();
        Assert.Null(await Store.AvailableSince(mine.UserId));
    }

    private PostgresPresenceStore Instance(string name) => new(World.Database, new InstanceIdentity(
        new ConfigurationBuilder().AddInMemoryCollection([new("RAILWAY_REPLICA_ID", name)]).Build()));

    private Task<int> RunOut(string instance) => World.Database.Execute(
        "update instance set expires_at = clock_timestamp() - interval '1 s' where instance_id = @Name", new { Name = instance });
}
