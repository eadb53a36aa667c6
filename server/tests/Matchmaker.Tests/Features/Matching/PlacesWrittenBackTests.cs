using Matchmaker.Features.Matching;
using Matchmaker.Features.Presence;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Matching;

[Trait("Category", "Postgres")]
public sealed class PlacesWrittenBackTests(TestDatabase database) : WorldTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_place_outlives_a_database_that_lost_its_tables_while_its_person_was_away()
    {
        var person = await World.Enter();
        Assert.Null((await World.Queue.Join(person.Connection, new QueueWishes(CallSeconds: 600))).No);
        var joinedAt = World.Queue.Find(person.Id)!.Ticket.JoinedAt;
        await World.Presence.Close(person.Connection);
        await World.Database.Execute("truncate presence, connection, instance, ticket, invite");
        await World.Get<InstanceLease>().Confirm();
        Assert.NotNull(await World.Queue.Resume(await World.Connect(person)));

        var ticket = World.Queue.Find(person.Id)!.Ticket;
        Assert.Equal(600, ticket.CallSeconds);
        Assert.InRange(ticket.JoinedAt, joinedAt.AddSeconds(-1), joinedAt.AddSeconds(1));
        Assert.NotNull(await World.MatchStore.Find(person.Id));
        Assert.Empty(await World.Violations());
    }

    [Fact]
    public async Task A_place_that_was_given_up_elsewhere_is_not_written_back()
    {
        var person = await World.Enter();
        Assert.Null((await World.Queue.Join(person.Connection, null)).No);
        await World.Presence.Close(person.Connection);
        await World.MatchStore.Leave(person.Id);

        Assert.Null(await World.Queue.Resume(await World.Connect(person)));
    }
}
