using Matchmaker.Features.Calls;
using Matchmaker.Tests.Invariants;
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

    /// <summary>The real store, whose ends do not get through while it is away.</summary>
    private sealed class AwayCallStore(ICallStore inner) : ICallStore
    {
        public bool IsAway { get; set; }

        public Task<EndedCall?> End(CallEnd end) => IsAway ? throw new TimeoutException() : inner.End(end);

        public Task<IReadOnlyList<StartedCall>> Start(IReadOnlyList<CallPair> pairs, long? epoch, CallOrigin origin) =>
            inner.Start(pairs, epoch, origin);

        public Task<AttachedSeat?> Attach(Guid userId, Guid callId, string connectionId, bool take) =>
            inner.Attach(userId, callId, connectionId, take);

        public Task<ActiveCall?> FindActive(Guid userId) => IsAway ? throw new TimeoutException() : inner.FindActive(userId);

        public Task<IReadOnlyList<ActiveCall>> ListActive(IReadOnlyCollection<Guid> users) => inner.ListActive(users);

        public Task<IReadOnlyList<(Guid CallId, EndReason Reason)>> Sweep(TimeSpan grace, int limit) => inner.Sweep(grace, limit);

        public Task<IReadOnlyList<HistoryEntry>> History(Guid userId, int limit, (DateTimeOffset StartedAt, Guid CallId)? before) =>
            inner.History(userId, limit, before);

        public Task<HistoryEntry?> FindInHistory(Guid userId, Guid callId) => inner.FindInHistory(userId, callId);

        public Task<int> Archive(TimeSpan age, int limit) => inner.Archive(age, limit);

        public Task<int> CountAbandoned(TimeSpan grace, int limit) => inner.CountAbandoned(grace, limit);

        public Task<int> CountOld(TimeSpan age, int limit) => inner.CountOld(age, limit);

        public Task Erase(Guid userId) => inner.Erase(userId);
    }
}
