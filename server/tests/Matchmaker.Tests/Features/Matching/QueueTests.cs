using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Realtime;
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

    [Theory]
    [InlineData(nameof(CallOrigin.Queue), null)]
    [InlineData(nameof(CallOrigin.Invite), "busy")]
    public async Task Whose_call_begins_before_the_answer_is_ready_has_joined_unless_an_invite_took_them(string origin, string? code)
    {
        var told = new Told();
        await using var world = await World.InMemory(services => services.AddSingleton<ICarrier>(told));
        var (first, second) = (await world.Enter(), await world.Enter());
        Assert.Null((await world.Queue.Join(first.Connection, null)).No);
        Task? starting = null;
        told.Next = () => starting = world.Calls.Start(
            [World.Pair(first, second) with
            {
                InitiatorTicket = world.Queue.Find(first.Id)!.Ticket.TicketId,
                OtherTicket = world.Queue.Find(second.Id)!.Ticket.TicketId,
            }],
            epoch: null, Enum.Parse<CallOrigin>(origin));

        var joined = await world.Queue.Join(second.Connection, null);
        await starting!;

        Assert.Equal(code, joined.No?.Code);
        Assert.NotNull(world.Get<LiveCalls>().OfUser(second.Id));
        Assert.Equal(0, world.Queue.Count);
    }

    /// <summary>Does something once, at the moment when others would be told.</summary>
    private sealed class Told : ICarrier
    {
        private readonly AloneCarrier _alone = new();

        public Action? Next { get; set; }

        public bool IsAlone => _alone.IsAlone;

        public bool IsUp => _alone.IsUp;

        public bool Reaches(string instance) => _alone.Reaches(instance);

        public void Tell<T>(Topic<T> topic, T message)
        {
            var next = Next;
            Next = null;
            next?.Invoke();
        }

        public void Send<T>(string instance, Topic<T> topic, T message) => _alone.Send(instance, topic, message);

        public void On<T>(Topic<T> topic, Action<T> handler) => _alone.On(topic, handler);

        public bool TakeMissed() => _alone.TakeMissed();
    }
}
