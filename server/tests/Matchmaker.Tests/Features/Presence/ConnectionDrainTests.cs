using Matchmaker.Features.Presence;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Presence;

/// <summary>People are asked to move in waves, and the instance waits for them.</summary>
[Trait("Category", "Postgres")]
public sealed class ConnectionDrainTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    private readonly FakeTime _time = new();

    [Fact]
    public async Task Everybody_is_asked_a_hundred_a_second_and_once()
    {
        var crowd = Crowd(250);
        using var cut = new CancellationTokenSource();
        var moving = Drain().Move(cut.Token);
        await Eventually.Holds(() => Asked(crowd) > 0);
        var began = _time.GetTimestamp();

        await PassUntil(() =>
        {
            var asked = Asked(crowd);
            Assert.True(asked <= 100 * (_time.GetElapsedTime(began).TotalSeconds + 0.1) + 1, $"{asked} after {_time.GetElapsedTime(began)}");
            return asked == crowd.Length;
        });
        Assert.All(crowd, c => Assert.Equal(new Draining(0), Assert.Single(One.Outbox.Told(c.Id, "draining"))));

        Assert.False(moving.IsCompleted);
        await cut.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => moving);
    }

    [Fact]
    public async Task It_is_done_when_the_last_one_is_gone()
    {
        var crowd = Crowd(2);
        var moving = Drain().Move(CancellationToken.None);
        await Eventually.Holds(() => Asked(crowd) == 2);
        One.Get<ConnectionManager>().Leave(crowd[0]);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(20);
        Assert.False(moving.IsCompleted);

        One.Get<ConnectionManager>().Leave(crowd[1]);
        await PassUntil(() => moving.IsCompleted);
        await moving;
    }

    [Fact]
    public async Task Nobody_is_asked_to_go_where_nobody_is()
    {
        var crowd = Crowd(1);
        await Two.Get<InstanceLease>().StopAsync(CancellationToken.None);

        await Drain().Move(CancellationToken.None);

        Assert.Equal(0, Asked(crowd));
    }

    [Fact]
    public async Task Without_a_way_to_the_other_instance_nobody_is_asked_either()
    {
        var crowd = Crowd(1);

        await Drain(new AloneCarrier()).Move(CancellationToken.None);

        Assert.Equal(0, Asked(crowd));
    }

    [Fact]
    public async Task Who_leads_hands_the_lease_over_at_once_and_takes_none_any_more()
    {
        var lease = TimeSpan.FromMinutes(1);
        var epoch = await One.Get<ILeadership>().Lead("matcher", lease);
        Assert.NotNull(epoch);
        Assert.Null(await Two.Get<ILeadership>().Lead("matcher", lease));

        One.Get<Lifecycle>().Drain();

        Assert.Null(await One.Get<ILeadership>().Lead("matcher", lease));
        Assert.Equal(epoch + 1, await Two.Get<ILeadership>().Lead("matcher", lease));
        Assert.Null(await One.Get<ILeadership>().Lead("matcher", lease));
        Assert.Equal(epoch + 1, await Two.Get<ILeadership>().Lead("matcher", lease));
    }

    private ConnectionDrain Drain(ICarrier? carrier = null) => new(
        One.Get<ConnectionManager>(), One.Outbox, One.PresenceStore, carrier ?? One.Get<ICarrier>(), _time,
        Options.Create(new LifetimeOptions()), NullLogger<ConnectionDrain>.Instance);

    private Connection[] Crowd(int size)
    {
        var crowd = Enumerable.Range(0, size).Select(_ => World.NewConnection(Guid.NewGuid())).ToArray();
        Assert.All(crowd, connection => Assert.Null(One.Get<ConnectionManager>().Enter(connection, isKept: false, out _)));
        return crowd;
    }

    private int Asked(Connection[] crowd) => crowd.Count(c => One.Outbox.Told(c.Id, "draining").Count > 0);

    // Whoever waits sets the next timer a moment after the last one, so time passes in small steps.
    private Task PassUntil(Func<bool> done) => Eventually.Holds(() =>
    {
        _time.Advance(TimeSpan.FromMilliseconds(10));
        return done();
    });
}
