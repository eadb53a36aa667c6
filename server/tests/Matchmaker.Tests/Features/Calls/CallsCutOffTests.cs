using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Calls;

/// <summary>Calls over two instances of which one has no database for a while.</summary>
[Trait("Category", "Postgres")]
public sealed class CallsCutOffTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_seat_that_was_taken_without_the_database_is_written_when_it_is_back()
    {
        var (a, b, callId) = await Call();
        One.Get<AwayCallStore>().IsAway = true;
        await One.Presence.Close(a.Connection);
        var again = await One.Connect(a, a.Connection.Tab);
        Assert.True((await One.Calls.Resume(again, take: false))!.Value.Given);

        One.Get<AwayCallStore>().IsAway = false;
        await One.Get<InstanceLease>().Confirm();

        var row = (await One.CallStore.FindActive(a.Id))!;
        Assert.Equal((again.Id, false), (row.Initiator.ConnectionId, row.Initiator.Away));
        await Eventually.Holds(() => Two.Get<LiveCalls>().Find(callId)!.SeatOf(a.Id) is var seat
            && seat.ConnectionId == again.Id && seat.StoreRev == row.Rev);
        await One.Pass(World.Grace + TimeSpan.FromSeconds(10));
        Assert.Empty(await Two.CallStore.Sweep(World.Grace, 100));
        Assert.NotNull((await Two.Calls.RequireHere(b.Connection, callId)).Value);
    }

    [Fact]
    public async Task A_row_that_does_not_know_of_it_yet_takes_no_seat_away()
    {
        var (a, _, callId) = await Call();
        Two.Get<AwayCallStore>().IsAway = true;
        var tab = await Two.Connect(a);
        Assert.True((await Two.Calls.Resume(tab, take: true))!.Value.Given);
        await Told(One, a.Connection.Id, "callMoved");

        Two.Get<AwayCallStore>().IsAway = false;
        await CatchUp(Two);
        await Two.Get<InstanceLease>().Confirm();
        await CatchUp(Two);

        await Eventually.Holds(() => Two.Get<CallsElsewhere>().Work.Count == 0);
        Assert.Equal(tab.Id, (await One.CallStore.FindActive(a.Id))!.Initiator.ConnectionId);
        Assert.NotNull((await Two.Calls.RequireHere(tab, callId)).Value);
        Assert.Empty(Two.Outbox.Told(tab.Id, "callMoved"));
    }
}
