using Matchmaker.Features.Calls;
using Matchmaker.Tests.Invariants;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Calls;

/// <summary>The bounds of the embedded store.</summary>
public sealed class InMemoryCallStoreBoundsTests : IAsyncLifetime
{
    private World? _world;

    private World World => _world!;

    private InMemoryCallStore Store => (InMemoryCallStore)World.CallStore;

    public async ValueTask InitializeAsync() => _world = await World.InMemory(services => services.Configure<CallOptions>(o =>
        (o.Cooldown, o.ShortCooldown) = (TimeSpan.Zero, TimeSpan.Zero)));

    public ValueTask DisposeAsync() => World.DisposeAsync();

    [Fact]
    public async Task Of_more_ended_calls_than_there_is_room_for_the_oldest_is_forgotten()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var (first, second) = (await Call(a, b), await Call(a, b));
        for (var i = 2; i < InMemoryCallStore.MaxEnded; i++)
        {
            await Call(a, b);
        }

        Assert.NotNull(await Store.End(World.End(first)));
        await Call(a, b);

        Assert.Null(await Store.End(World.End(first)));
        Assert.NotNull(await Store.End(World.End(second)));
        Assert.Equal(InMemoryCallStore.MaxEnded, Store.Ended);
    }

    [Fact]
    public async Task Of_one_user_the_last_calls_are_in_the_history()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var calls = new List<Guid>();
        for (var i = 0; i <= InMemoryCallStore.MaxHistory; i++)
        {
            calls.Add(await Call(a, b, seconds: 6));
        }

        var history = await Store.History(a.Id, 1000, null);

        Assert.Equal(Enumerable.Reverse(calls).Take(InMemoryCallStore.MaxHistory), history.Select(h => h.CallId));
        Assert.Equal(2, Store.HistoryFigures.Dropped);
        Assert.InRange(Store.HistoryFigures.Bytes, 400 * 300, 400 * 1000);
    }

    private async Task<Guid> Call(Person a, Person b, int seconds = 0)
    {
        var call = await World.StartInStore(a, b);
        await World.Pass(TimeSpan.FromSeconds(seconds));
        await Store.End(World.End(call));
        return call;
    }
}
