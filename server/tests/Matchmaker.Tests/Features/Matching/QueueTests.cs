using Matchmaker.Features.Presence;
using Matchmaker.Tests.Invariants;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Matching;

public sealed class QueueTests
{
    [Fact]
    public async Task Of_more_places_than_may_be_on_hold_the_store_alone_keeps_them()
    {
        await using var world = await World.InMemory(services => services.Configure<PresenceOptions>(o => o.MaxConnections = 2));
        var people = new List<Person>();
        for (var i = 0; i < 5; i++)
        {
            var person = await world.Enter();
            people.Add(person);
            Assert.Null((await world.Queue.Join(person.Connection, null)).No);
            await world.Presence.Close(person.Connection);
        }

        Assert.Equal((4, 1), (world.Queue.Count, world.Queue.NotHeld));
        Assert.Null(world.Queue.Find(people[4].Id));
        var back = await world.Connect(people[4]);
        Assert.NotNull(await world.Queue.Resume(back));
    }
}
