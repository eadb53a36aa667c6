using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Safety;

/// <summary>Measures when something else does not do its part.</summary>
public sealed class MeasuresTests : IAsyncLifetime
{
    private World? _world;

    private World World => _world!;

    private Measures Measures => World.Get<Measures>();

    private FaultyMeasureStore Store => World.Get<FaultyMeasureStore>();

    public async ValueTask InitializeAsync() => _world = await World.InMemory(services =>
    {
        services.AddSingleton<FaultyMeasureStore>(provider => new FaultyMeasureStore(provider.GetRequiredService<InMemoryMeasureStore>()));
        services.AddSingleton<IMeasureStore>(provider => provider.GetRequiredService<FaultyMeasureStore>());
    });

    public ValueTask DisposeAsync() => World.DisposeAsync();

    [Fact]
    public async Task A_ban_that_is_written_is_carried_out_although_the_database_dies_then()
    {
        var person = await World.Enter();
        Store.GoesAfterTaking = true;

        Assert.Null((await Measures.Take(Ban(person.Id))).No);

        Assert.Single(World.Outbox.Told(person.Connection.Id, "banned"));
        Assert.True(Measures.Known(person.Id)!.IsBanned);
    }

    [Fact]
    public async Task A_ban_that_could_not_be_written_is_none()
    {
        var person = await World.Enter();
        Store.IsAway = true;

        await Assert.ThrowsAsync<TimeoutException>(() => Measures.Take(Ban(person.Id)));

        Assert.Empty(World.Outbox.Told(person.Connection.Id, "banned"));
    }

    [Fact]
    public async Task A_part_that_fails_keeps_the_others_from_nothing()
    {
        var person = await World.Enter();
        Measures.Changing += (_, _) => throw new InvalidOperationException("a bug");
        Measures.Changing += (_, _) => Task.FromException(new TimeoutException());

        await Measures.Take(Ban(person.Id));

        Assert.Single(World.Outbox.Told(person.Connection.Id, "banned"));
    }

    [Fact]
    public async Task A_part_that_takes_long_is_not_waited_for()
    {
        var person = await World.Enter();
        Measures.Changing += (_, _) => new TaskCompletionSource().Task;

        var taking = Measures.Take(Ban(person.Id));
        Assert.Empty(World.Outbox.Told(person.Connection.Id, "banned"));
        ((FakeTime)World.Time).Advance(TimeSpan.FromSeconds(1));
        await taking;

        Assert.Single(World.Outbox.Told(person.Connection.Id, "banned"));
    }

    [Fact]
    public async Task Who_was_let_off_while_a_part_took_long_is_not_closed_for_it()
    {
        var person = await World.Enter();
        var gate = new TaskCompletionSource();
        Measures.Changing += (_, standing) => standing.IsBanned ? gate.Task : Task.CompletedTask;
        var ban = Ban(person.Id);
        var taking = Measures.Take(ban);

        await Measures.Lift(ban.MeasureId, Guid.NewGuid(), "Fine.");
        gate.SetResult();
        await taking;

        Assert.Empty(World.Outbox.Told(person.Connection.Id, "banned"));
    }

    [Fact]
    public async Task The_watch_asks_from_its_last_answer_on_and_forgets_nothing_that_it_could_not_carry_out()
    {
        var watch = World.Get<MeasureWatch>();
        await watch.Look();
        var answered = World.Time.GetUtcNow();
        await World.Pass(TimeSpan.FromMinutes(1));
        var person = await World.Enter();
        await World.Get<InMemoryMeasureStore>().Take(Ban(person.Id));
        await World.Pass(TimeSpan.FromMinutes(5));
        Store.IsAway = true;
        await Assert.ThrowsAsync<TimeoutException>(watch.Look);
        Store.IsAway = false;

        await watch.Look();

        Assert.Equal([null, answered, answered], Store.AskedSince);
        Assert.Single(World.Outbox.Told(person.Connection.Id, "banned"));
    }

    [Fact]
    public async Task More_changes_than_are_read_at_a_time_are_all_carried_out()
    {
        var watch = World.Get<MeasureWatch>();
        await watch.Look();
        var people = await World.Enter(3);
        for (var i = 0; i < MeasureWatch.AtOnce + 10; i++)
        {
            await World.Get<InMemoryMeasureStore>().Take(Ban(i % 200 == 0 ? people[i / 200].Id : Guid.NewGuid()));
        }

        await watch.Look();

        Assert.All(people, p => Assert.Single(World.Outbox.Told(p.Connection.Id, "banned")));
        Assert.Equal(MeasureWatch.AtOnce + 10, watch.Seen);
    }

    private static NewMeasure Ban(Guid userId) => new(
        Guid.NewGuid(), userId, MeasureKind.Ban, Reason.Spam, "Because.", TimeSpan.FromHours(1), null, Guid.NewGuid());
}
