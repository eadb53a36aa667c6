using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Matching;

/// <summary>What every store of tickets promises.</summary>
public abstract class MatchStoreContractTests(TestDatabase? database) : WorldTests(database)
{
    private protected IMatchStore Store => World.MatchStore;

    private protected static JoinRequest Request(Person person, QueueWishes? wishes = null) =>
        new(person.Id, Guid.NewGuid(), person.Connection.Id, wishes ?? new QueueWishes(CallSeconds: 300));

    [Fact]
    public async Task A_ticket_is_found_as_it_was_joined()
    {
        var me = await World.Enter(Gender.Nonbinary);
        var request = Request(me, new QueueWishes([Gender.Female, Gender.Male], ["pt-BR"], ["Go", "tea"], 120));

        var joined = await Store.Join(request);
        var found = await Store.Find(me.Id);

        Assert.Equal(request.TicketId, joined!.TicketId);
        Assert.Equal((joined.TicketId, joined.Number, me.Id), (found!.TicketId, found.Number, found.UserId));
        Assert.Equal((Gender.Nonbinary, me.Connection.Id), (found.Gender, found.ConnectionId));
        Assert.Equivalent(request.Wishes, found.Wishes, strict: true);
        Assert.Null(await Store.Find(Guid.NewGuid()));
    }

    [Fact]
    public async Task The_tickets_of_several_people_are_found_in_one_read()
    {
        var people = await World.Enter(3);
        var (first, second) = (await Store.Join(Request(people[0])), await Store.Join(Request(people[1])));

        var found = await Store.ListOf([people[0].Id, people[1].Id, people[2].Id, people[0].Id, Guid.NewGuid()]);

        Assert.Equal(
            new[] { (people[0].Id, first!.TicketId, first.Number), (people[1].Id, second!.TicketId, second.Number) },
            found.OrderBy(t => t.Number).Select(t => (t.UserId, t.TicketId, t.Number)));
        Assert.Empty(await Store.ListOf([]));
    }

    [Fact]
    public async Task Joining_again_keeps_the_time_and_makes_the_ticket_new()
    {
        var me = await World.Enter();
        var first = await Store.Join(Request(me));
        await World.Pass(TimeSpan.FromSeconds(40));

        var second = await Store.Join(Request(me, new QueueWishes(CallSeconds: 60)));

        Assert.NotEqual(first!.TicketId, second!.TicketId);
        Assert.True(second.Number > first.Number);
        Assert.InRange(second.Waited, TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(45));
        var found = await Store.Find(me.Id);
        Assert.Equal((second.TicketId, 60), (found!.TicketId, found.Wishes.CallSeconds));
    }

    [Fact]
    public async Task Leaving_gives_up_the_ticket_and_its_place()
    {
        var me = await World.Enter();
        await Store.Join(Request(me));
        await World.Pass(TimeSpan.FromSeconds(40));

        Assert.True(await Store.Leave(me.Id));
        Assert.False(await Store.Leave(me.Id));
        Assert.Null(await Store.Find(me.Id));
        Assert.InRange((await Store.Join(Request(me)))!.Waited, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Somebody_in_a_call_cannot_join_before_it_ends()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);

        Assert.Null(await Store.Join(Request(a)));
        Assert.Null(await Store.Find(a.Id));
        await World.CallStore.End(World.End(call));
        Assert.NotNull(await Store.Join(Request(a)));
    }

    [Fact]
    public async Task Who_still_waits_is_told_with_the_ticket_in_force_and_whether_they_are_connected()
    {
        var (waiting, gone, left) = (await World.Enter(), await World.Enter(), await World.Enter());
        foreach (var person in new[] { waiting, gone, left })
        {
            await Store.Join(Request(person));
        }

        var newer = await Store.Join(Request(waiting));
        await World.PresenceStore.Close(gone.Connection.Id);
        await Store.Leave(left.Id);

        var still = await Store.StillWaiting([waiting.Id, gone.Id, left.Id, waiting.Id, Guid.NewGuid()]);

        Assert.Equal(2, still.Count);
        Assert.Equal((newer!.TicketId, true), still[waiting.Id]);
        Assert.False(still[gone.Id].Connected);
    }
}

public sealed class InMemoryMatchStoreTests() : MatchStoreContractTests(null)
{
    [Fact]
    public async Task Nobody_else_adds_tickets()
    {
        await Store.Join(Request(await World.Enter()));

        Assert.Empty(await Store.ListAfter(0, 10));
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresMatchStoreTests(TestDatabase database) : MatchStoreContractTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task New_tickets_are_listed_after_a_number_in_the_order_of_their_joins()
    {
        var people = await World.Enter(3);
        var before = (await Store.Join(Request(people[0])))!.Number;
        var first = await Store.Join(Request(people[1]));
        var second = await Store.Join(Request(people[2]));
        var renewed = await Store.Join(Request(people[0]));

        var listed = await Store.ListAfter(before, 10);

        Assert.Equal([first!.TicketId, second!.TicketId, renewed!.TicketId], listed.Select(t => t.TicketId));
        Assert.All(listed, t => Assert.Equal(World.Get<Matchmaker.Platform.Lifetime.InstanceIdentity>().Name, t.Instance));
        Assert.Equal([first.TicketId], (await Store.ListAfter(before, 1)).Select(t => t.TicketId));
        Assert.Empty(await Store.ListAfter(renewed.Number, 10));
    }
}
