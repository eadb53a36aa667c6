using Matchmaker.Features.Calls;
using Matchmaker.Tests.Invariants;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Calls;

public sealed class PendingEndsTests
{
    [Fact]
    public async Task At_the_bound_an_end_is_dropped_and_counted_and_what_waits_stays()
    {
        await using var world = await World.InMemory(services => services.Configure<CallOptions>(o => o.MaxPendingEnds = 100));
        var pending = world.Get<PendingEnds>();
        for (var i = 0; i < 100; i++)
        {
            pending.Add(world.End(Guid.NewGuid()));
        }

        Assert.Equal((100, 0), (pending.Count, pending.Dropped));
        pending.Add(world.End(Guid.NewGuid()));

        Assert.Equal((100, 1), (pending.Count, pending.Dropped));
        await pending.StopAsync(CancellationToken.None);
        Assert.Equal(0, pending.Count);
    }
}
