using Matchmaker.Features.Presence;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Presence;

/// <summary>Connections as the hub opens and closes them, over two instances on one database.</summary>
[Trait("Category", "Postgres")]
public sealed class PresenceTests(TestDatabase database) : WorldTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_hub_ticket_played_again_on_another_instance_does_not_close_the_one_who_used_it()
    {
        var person = await World.Enter();
        var other = await Another();
        var again = new Connection(person.Connection.Id, person.Id, person.Connection.SessionId, person.Connection.Tab);

        Assert.Equal(PresenceRefusals.InvalidHubTicket, await other.Presence.Open(again));
        await other.Presence.Close(again);

        Assert.Equal(0, other.Get<ConnectionManager>().Count);
        Assert.True((await World.PresenceStore.Open(again, await World.Generation(), 2)).TicketUsed);
        await World.PresenceStore.SetAvailable(person.Id, true);
        Assert.Contains(person.Id, (await World.PresenceStore.ListAvailable(1000)).Select(a => a.UserId));
    }

    [Fact]
    public async Task A_third_tab_tells_the_oldest_that_it_was_replaced()
    {
        var person = await World.Enter();
        await World.Connect(person);
        await World.Connect(person);

        Assert.Equal(2, World.Get<ConnectionManager>().Of(person.Id).Length);
        Assert.False(World.Get<ConnectionManager>().IsOpen(person.Connection.Id));
        await World.Presence.Close(person.Connection);
        Assert.Equal(2, World.Get<ConnectionManager>().Of(person.Id).Length);
    }
}
