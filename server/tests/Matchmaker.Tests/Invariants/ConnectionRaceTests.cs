using System.Collections.Concurrent;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Invariants;

/// <summary>Connections of one user that come and go at the same moment.</summary>
public abstract class ConnectionRaceTests(TestDatabase? database) : WorldTests(database)
{
    private const int Rounds = 60;

    [Fact]
    public async Task Of_many_tabs_of_one_user_over_four_instances_two_stay_and_each_other_one_is_displaced_once()
    {
        var worlds = World.IsInMemory ? [World] : new[] { World, await Another(), await Another(), await Another() };
        for (var round = 0; round < 4; round++)
        {
            var user = Guid.NewGuid();
            var opened = Enumerable.Range(0, 200).Select(i => (Instance: worlds[i % worlds.Length], Connection: World.NewConnection(user))).ToList();
            var displaced = new ConcurrentBag<string>();

            await Race.Of([.. opened.Select(o => (Func<Task>)(async () =>
            {
                var slot = await o.Instance.PresenceStore.Open(o.Connection, await o.Instance.Generation(), 2);
                Assert.False(slot.TicketUsed);
                Assert.Empty(slot.SameTab);
                foreach (var id in slot.Displaced)
                {
                    displaced.Add(id);
                }
            }))]);

            Assert.Equal(198, displaced.Count);
            Assert.Equal(198, displaced.Distinct().Count());
            var left = opened.Where(o => !displaced.Contains(o.Connection.Id)).ToList();
            foreach (var o in opened.Where(o => displaced.Contains(o.Connection.Id)))
            {
                Assert.Equal(2, await o.Instance.PresenceStore.Close(o.Connection.Id));
            }

            Assert.Equal(1, await World.PresenceStore.Close(left[0].Connection.Id));
            Assert.Equal(0, await World.PresenceStore.Close(left[1].Connection.Id));
        }
    }

    [Fact]
    public async Task Of_many_people_over_four_instances_exactly_as_many_as_all_may_have_get_in()
    {
        const int limit = 40;
        var worlds = World.IsInMemory ? [World] : new[] { World, await Another(), await Another(), await Another() };
        for (var round = 0; round < 4; round++)
        {
            var all = Enumerable.Range(0, 200).Select(i => (Instance: worlds[i % worlds.Length], Connection: World.NewConnection(Guid.NewGuid()))).ToList();

            var slots = await Race.Of([.. all.Select(o => (Func<Task<OpenedSlot>>)(async () =>
                await o.Instance.PresenceStore.Open(o.Connection, await o.Instance.Generation(), 2, limit)))]);

            Assert.Equal(limit, slots.Count(s => s.No is null));
            Assert.Equal(all.Count - limit, slots.Count(s => s.No == PresenceRefusals.ServerFull));
            foreach (var (o, slot) in all.Zip(slots))
            {
                if (slot.No is null)
                {
                    await o.Instance.PresenceStore.Close(o.Connection.Id);
                }
            }

            Assert.True(await World.PresenceStore.HasRoom(Guid.NewGuid(), "tab", 2, maxOfAll: 1)); // nobody is left
        }
    }

    [Fact]
    public Task Of_the_same_hub_ticket_played_twice_at_once_one_opens() => Race.Rounds(Rounds, async _ =>
    {
        var connection = World.NewConnection(Guid.NewGuid());
        var generation = await World.Generation();
        var slots = await Race.Of(
            () => World.PresenceStore.Open(connection, generation, 2), () => World.PresenceStore.Open(connection, generation, 2));

        Assert.Single(slots, s => s.TicketUsed);
        Assert.All(slots, s => Assert.Empty(s.SameTab.Concat(s.Displaced)));
        Assert.Equal(0, await World.PresenceStore.Close(connection.Id));
    });

    [Fact]
    public Task The_late_close_of_a_connection_undoes_nothing_of_the_one_that_took_its_place() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.PresenceStore.SetAvailable(a.Id, true);
        var call = await World.StartInStore(a, b);
        var next = World.NewConnection(a.Id, a.Connection.Tab);
        var generation = await World.Generation();

        await Race.Of(
            () => World.PresenceStore.Close(a.Connection.Id),
            async () =>
            {
                await World.PresenceStore.Open(next, generation, 2);
                Assert.Equal(next.Id, (await World.CallStore.Attach(a.Id, call, next.Id, take: false))!.Holder);
            });

        var seat = (await World.CallStore.FindActive(a.Id))!.Initiator;
        Assert.Equal((next.Id, false), (seat.ConnectionId, seat.Away));
        Assert.NotNull(await World.PresenceStore.AvailableSince(a.Id));
        Assert.Equal(0, await World.PresenceStore.Close(next.Id));
    });

    [Fact]
    public async Task A_call_that_starts_while_the_last_connection_closes_is_not_left_to_nobody()
    {
        var closed = new ConcurrentBag<Guid>();
        await Race.Rounds(Rounds, async _ =>
        {
            var (a, b) = (await World.Enter(), await World.Enter());
            closed.Add(b.Id);
            await Race.Of(
                () => World.PresenceStore.Close(b.Connection.Id),
                async () => await World.CallStore.Start([World.Pair(a, b)], null, CallOrigin.Invite));
        });

        await World.CallStore.Sweep(World.Grace, 1000);

        foreach (var user in closed)
        {
            if (await World.CallStore.FindActive(user) is { } call)
            {
                Assert.Equal((user, true), (call.Other.Card.Id, call.Other.Away));
                Assert.False(call.Initiator.Away);
            }
        }
    }

    [Fact]
    public async Task Somebody_who_comes_back_while_the_sweep_goes_through_is_kept()
    {
        var people = new ConcurrentBag<Guid>();
        await Race.Rounds(Rounds, async _ =>
        {
            var person = await World.Enter();
            people.Add(person.Id);
            await World.JoinInStore(person);
            await World.PresenceStore.Close(person.Connection.Id);
            Connection? back = null;

            // A sweep with hardly any grace: the one comes back just as it is about to be forgotten.
            await Race.Of(
                () => World.CallStore.Sweep(TimeSpan.FromMilliseconds(1), 1000),
                async () => back = await World.Connect(person));
            await World.PresenceStore.SetAvailable(person.Id, true);
            await World.JoinInStore(person with { Connection = back! });
        });

        await World.Pass(TimeSpan.FromSeconds(1));
        await World.CallStore.Sweep(TimeSpan.FromMilliseconds(1), 1000);

        foreach (var person in people)
        {
            Assert.NotNull(await World.PresenceStore.AvailableSince(person));
            Assert.NotNull(await World.MatchStore.Find(person));
        }
    }
}

public sealed class InMemoryConnectionRaceTests() : ConnectionRaceTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresConnectionRaceTests(TestDatabase database) : ConnectionRaceTests(database), IClassFixture<TestDatabase>;
