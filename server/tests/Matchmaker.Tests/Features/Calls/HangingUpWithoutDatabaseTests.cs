using Matchmaker.Features.Calls;
using Matchmaker.Platform.Refusals;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Calls;

public class HangingUpWithoutDatabaseTests
{
    [Fact]
    public async Task A_call_ends_at_once_and_its_end_is_written_when_the_database_is_back()
    {
        AwayCallStore? store = null;
        await using var world = await World.InMemory(services => services.AddSingleton<ICallStore>(
            p => store = new AwayCallStore(p.GetRequiredService<InMemoryCallStore>())));
        var (a, b) = (await world.Enter(), await world.Enter());
        var pair = World.Pair(a, b);
        await world.Calls.Start([pair], epoch: null, CallOrigin.Invite);
        await world.Pass(TimeSpan.FromSeconds(6));

        store!.IsAway = true;
        var ended = (await world.Ending.HangUp(a.Id, pair.CallId, EndReason.Hangup)).Value!;

        Assert.Equal(Recorded.Pending, ended.Recorded);
        Assert.Equal(6, ended.Seconds);
        Assert.Null(world.Get<LiveCalls>().OfUser(b.Id));
        Assert.Equal(ended, (await world.Ending.HangUp(b.Id, pair.CallId, EndReason.Hangup)).Value);
        Assert.Equal(CallRefusals.NotInCall, (await world.Calls.Require(a.Id, pair.CallId)).No);
        var pending = world.Get<PendingEnds>();
        Assert.Equal(1, pending.Count);

        await pending.StopAsync(CancellationToken.None);
        Assert.Equal(1, pending.Count);

        store.IsAway = false;
        await world.Pass(TimeSpan.FromSeconds(60));
        await pending.StopAsync(CancellationToken.None);

        Assert.Equal(0, pending.Count);
        Assert.Equal(6, (await world.CallStore.FindInHistory(a.Id, pair.CallId))!.Seconds);
        Assert.Equal(6, (await world.CallStore.FindInHistory(b.Id, pair.CallId))!.Seconds);
        Assert.Empty(await world.Violations());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whose_end_is_still_being_written_waits_for_it_and_is_not_busy(bool joins)
    {
        AwayCallStore? store = null;
        await using var world = await World.InMemory(services => services.AddSingleton<ICallStore>(
            p => store = new AwayCallStore(p.GetRequiredService<InMemoryCallStore>())));
        var (a, b, c) = (await world.Enter(), await world.Enter(), await world.Enter());
        var pair = World.Pair(a, b);
        await world.Calls.Start([pair], epoch: null, CallOrigin.Invite);
        var gate = new TaskCompletionSource();
        store!.Gate = gate.Task;
        var ending = world.Ending.HangUp(a.Id, pair.CallId, EndReason.Hangup);
        await Eventually.Holds(async () =>
        {
            await world.Pass(TimeSpan.FromMilliseconds(100));
            return ending.IsCompleted;
        });
        Assert.Equal(Recorded.Pending, (await ending).Value!.Recorded);

        await world.PresenceStore.SetAvailable(c.Id, true);
        var going = joins ? Code(world.Queue.Join(a.Connection, null)) : Code(world.Invites.Invite(a.Connection, c.Id, 60));
        await Task.Delay(50);
        Assert.False(going.IsCompleted);

        gate.SetResult();

        Assert.Null(await going);
        Assert.Equal(0, world.Get<PendingEnds>().Count);
        Assert.Empty(await world.Violations());
    }

    private static async Task<string?> Code<T>(Task<Outcome<T>> asked) => (await asked).No?.Code;
}
