using Matchmaker.Features.Calls;
using Matchmaker.Features.Signaling;
using Matchmaker.Tests.Invariants;

namespace Matchmaker.Tests.Features.Signaling;

public class RelayTests
{
    [Fact]
    public async Task Nothing_is_kept_for_a_call_that_ended_while_somebody_resumed_into_it()
    {
        await using var world = await World.InMemory();
        var relay = world.Get<Relay>();
        var (a, b) = (await world.Enter(), await world.Enter());
        await world.Calls.Start([World.Pair(a, b)], epoch: null, CallOrigin.Invite);
        var call = world.Get<LiveCalls>().OfUser(a.Id)!;
        Assert.Equal(1, relay.Count);

        await world.Ending.End(call, EndReason.Hangup);
        var (signals, complete) = relay.Missed(call, a.Id);

        Assert.Empty(signals);
        Assert.False(complete);
        Assert.Equal(0, relay.Count);
    }
}
