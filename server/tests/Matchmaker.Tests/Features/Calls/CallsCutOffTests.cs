using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Hosting;

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

    [Fact]
    public async Task An_instance_without_its_lease_does_not_end_the_call_of_somebody_who_is_back_elsewhere()
    {
        var (a, b, callId) = await Call();
        Cut();
        var lease = One.Get<InstanceLease>();
        await lease.StopAsync(CancellationToken.None);
        var call = One.Get<LiveCalls>().Find(callId)!;
        Assert.True(One.Calls.HearLeft(call, b.Id, b.Connection.Id));
        lock (call.Gate)
        {
            call.Other.AwayStamp -= (long)(World.Grace.TotalSeconds * One.Time.TimestampFrequency);
        }

        var clock = One.All<IHostedService>().OfType<CallClock>().Single();
        clock.EndDue();
        Assert.Null(call.Ending);

        await lease.Confirm();
        await Eventually.Holds(() => call.Other.ConnectionId == b.Connection.Id);
        clock.EndDue();
        Assert.Null(call.Ending);
        Assert.NotNull((await One.Calls.RequireHere(a.Connection, callId)).Value);
    }

    [Fact]
    public async Task Somebody_who_is_lost_everywhere_has_their_call_ended_while_the_lease_is_held()
    {
        var (_, b, callId) = await Call();
        await Two.Presence.Close(b.Connection);
        var call = One.Get<LiveCalls>().Find(callId)!;
        await Eventually.Holds(() => call.Other.AwayStamp is not null);
        lock (call.Gate)
        {
            call.Other.AwayStamp -= (long)(World.Grace.TotalSeconds * One.Time.TimestampFrequency);
        }

        One.All<IHostedService>().OfType<CallClock>().Single().EndDue();

        Assert.Equal(EndReason.PartnerLost, (await call.Ending!).Reason);
    }
}
