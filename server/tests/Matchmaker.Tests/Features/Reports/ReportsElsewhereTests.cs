using Matchmaker.Features.Calls;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Filing = Matchmaker.Features.Reports.Reports;

namespace Matchmaker.Tests.Features.Reports;

/// <summary>A report comes in on whichever instance, as behind a proxy that knows no stickiness.</summary>
[Trait("Category", "Postgres")]
public sealed class ReportsElsewhereTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_report_on_an_instance_that_has_neither_of_the_two_ends_their_call()
    {
        var (ann, bob, call) = await CallOnTwo();

        Assert.Null((await File(ann, call)).No);

        Assert.Equal(EndReason.Blocked, ((CallEnded)(await Told(Two, bob.Id.ToString(), "callEnded"))!).Reason);
        Assert.True(await Two.SafetyStore.IsBlocked(bob.Id, ann.Id));
    }

    [Fact]
    public async Task Also_when_it_cannot_be_written()
    {
        var (ann, bob, call) = await CallOnTwo();
        One.Get<AwayReportStore>().IsAway = true;

        Assert.Equal("unavailable", (await File(ann, call)).No!.Code);

        Assert.Equal(EndReason.Blocked, ((CallEnded)(await Told(Two, bob.Id.ToString(), "callEnded"))!).Reason);
        Assert.False(await Two.SafetyStore.IsBlocked(bob.Id, ann.Id));
        Assert.Equal(0, await Two.Get<IReportStore>().CountAbout(bob.Id));
    }

    private async Task<(Person Ann, Person Bob, Guid CallId)> CallOnTwo()
    {
        var (ann, bob) = (await Two.Enter(), await Two.Enter());
        var pair = World.Pair(ann, bob);
        Assert.Equal(StartOutcome.Started, (await Two.Calls.Start([pair], epoch: null, CallOrigin.Invite))[0].Outcome);
        return (ann, bob, pair.CallId);
    }

    private Task<Matchmaker.Platform.Refusals.Outcome<ReportFiled>> File(Person by, Guid callId) =>
        One.Get<Filing>().File(by.Id, by.Connection.SessionId, new ReportRequest(callId, Reason.Harassment));
}
