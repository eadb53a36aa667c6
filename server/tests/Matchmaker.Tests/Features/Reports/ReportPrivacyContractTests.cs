using Matchmaker.Features.Accounts;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Reports;

/// <summary>What stays of a report, for how long, and what does not.</summary>
public abstract class ReportPrivacyContractTests(TestDatabase? database) : ReportWorldTests(database)
{
    [Fact]
    public async Task Who_erases_the_account_leaves_an_open_case_under_a_name_that_is_nobodys()
    {
        var (ann, bob, of) = await Reported(Reason.Threats);
        await Report(bob, 3);

        await Erase(bob);

        var detail = (await Cases.Find(of.CaseId))!;
        Assert.Equal(Cards.Deleted(bob.Id), detail.Case.Subject);
        Assert.All(detail.Reports, r => Assert.Equal(Cards.Deleted(bob.Id), r.Reported));
        var report = detail.Reports[^1];
        Assert.Equal((ann.Card, "as ann says", 2), (report.Reporter, report.Note, report.ChatLines));
        Assert.Equal(["from bob", "from ann"], await Chat(of.CaseId, report.ReportId));
        Assert.Equal(MeasureKind.Hold, Assert.Single(await Measures.Of(bob.Id)).Kind);
        var named = await Cases.Page(new CaseQuery(CaseState.Open, Admin, null, bob.Card.Name, 100, null));
        Assert.DoesNotContain(named.Cases, c => c.Subject.Id == bob.Id);

        await Close(bob, CaseOutcome.Upheld);

        report = (await Cases.Find(of.CaseId))!.Reports[^1];
        Assert.Equal(["from ann"], await Chat(of.CaseId, report.ReportId));
        Assert.Equal("as ann says", report.Note);
    }

    [Fact]
    public async Task What_a_reporter_wrote_who_is_gone_stays_until_the_case_is_decided()
    {
        var (ann, bob, of) = await Reported(Reason.Threats);

        await Erase(ann);

        var report = Assert.Single((await Cases.Find(of.CaseId))!.Reports);
        Assert.Equal((Cards.Deleted(ann.Id), bob.Card, "as ann says", 2), (report.Reporter, report.Reported, report.Note, report.ChatLines));
        await Close(bob, CaseOutcome.Dismissed);
        report = Assert.Single((await Cases.Find(of.CaseId))!.Reports);
        Assert.Null(report.Note);
        Assert.Equal(["from bob"], await Chat(of.CaseId, report.ReportId));
    }

    [Fact]
    public async Task Of_a_decided_case_nothing_stays_that_they_wrote_and_of_a_locked_one_all()
    {
        var (ann, bob, decided) = await Reported(Reason.Threats);
        var (eve, adam, locked) = await Reported(Reason.MinorSafety);
        await Close(bob, CaseOutcome.Upheld);
        await Close(adam, CaseOutcome.Upheld);

        foreach (var person in new[] { ann, bob, eve, adam })
        {
            await Erase(person);
        }

        var (open, kept) = (Assert.Single((await Cases.Find(decided.CaseId))!.Reports), Assert.Single((await Cases.Find(locked.CaseId))!.Reports));
        Assert.Equal((null, 0), (open.Note, open.ChatLines));
        Assert.Equal(("as ann says", 2), (kept.Note, kept.ChatLines));
        Assert.Equal((Cards.Deleted(eve.Id), Cards.Deleted(adam.Id)), (kept.Reporter, kept.Reported));
    }

    [Fact]
    public async Task Somebody_who_has_erased_the_account_can_be_reported_and_is_not_held()
    {
        var bob = await Enter();
        var calls = new List<(Person Reporter, Guid Call)>();
        for (var i = 0; i < 5; i++)
        {
            var reporter = await Enter();
            calls.Add((reporter, await Call(reporter, bob)));
        }

        await Erase(bob);
        foreach (var (reporter, call) in calls)
        {
            var filed = await File(reporter, call);
            Assert.Equal((ReportOutcome.Filed, false, null), (filed.Outcome, filed.IsBlocked, filed.HoldId));
        }

        Assert.Equal(5, (await CaseOf(bob.Id))!.Score);
        Assert.All((await DetailOf(bob.Id)).Reports, r => Assert.Equal(Cards.Deleted(bob.Id), r.Reported));
        Assert.Empty(await Measures.Of(bob.Id));
        Assert.Empty(await World.SafetyStore.Blocks(calls[0].Reporter.Id));
    }

    [Fact]
    public async Task Chat_goes_a_month_after_the_decision_unless_the_case_is_locked()
    {
        await Clear();
        var (_, bob, of) = await Reported(Reason.Threats);
        var (_, adam, locked) = await Reported(Reason.MinorSafety);
        var (_, eve, cleared) = await Reported(Reason.MinorSafety);
        var (_, _, open) = await Reported(Reason.Spam);
        await Close(bob, CaseOutcome.Upheld);
        await Close(adam, CaseOutcome.Upheld);
        await Close(eve, CaseOutcome.Dismissed);

        await World.Pass(TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (await Reports.CountOldChat(100), await Reports.DropChat(100)));
        await World.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal(2, await Reports.CountOldChat(100));
        Assert.Equal(1, await Reports.CountOldChat(1));
        Assert.Equal(2, await Reports.DropChat(1) + await Reports.DropChat(100));

        Assert.Equal((0, 0), (await Reports.CountOldChat(100), await Reports.DropChat(100)));
        foreach (var (caseId, isKept) in new[] { (of.CaseId, false), (cleared.CaseId, false), (locked.CaseId, true), (open.CaseId, true) })
        {
            var detail = (await Cases.Find(caseId))!;
            Assert.Equal((isKept, isKept ? 2 : 0), (detail.Case.HasChat, Assert.Single(detail.Reports).ChatLines));
            Assert.Equal("as ann says", detail.Reports[0].Note);
        }

        Assert.Equal((true, false), ((await Cases.Find(locked.CaseId))!.Case.IsLocked, (await Cases.Find(cleared.CaseId))!.Case.IsLocked));
    }

    [Fact]
    public async Task A_decided_case_goes_after_half_a_year_unless_it_is_locked()
    {
        await Clear();
        var (ann, bob, of) = await Reported(Reason.Threats);
        var (_, adam, locked) = await Reported(Reason.MinorSafety);
        var (_, _, open) = await Reported(Reason.Spam);
        await Close(bob, CaseOutcome.Upheld);
        await Close(adam, CaseOutcome.Upheld);

        await World.Pass(TimeSpan.FromDays(180) - TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), (await Reports.CountOld(100), await Reports.DeleteOld(100)));
        await World.Pass(TimeSpan.FromMinutes(2));
        Assert.Equal((1, 1, 0), (await Reports.CountOld(100), await Reports.DeleteOld(100), await Reports.DeleteOld(100)));

        Assert.Null(await Cases.Find(of.CaseId));
        Assert.Equal((0, new Accuracy(0, 0)), (await Reports.CountAbout(bob.Id), await Reports.AccuracyOf(ann.Id)));
        Assert.NotNull(await Cases.Find(locked.CaseId));
        Assert.NotNull(await Cases.Find(open.CaseId));
    }

    /// <summary>Ann had a call with Bob in which both wrote a line, and reported him.</summary>
    private async Task<(Person Ann, Person Bob, ReviewCase Case)> Reported(Reason reason)
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await World.StartInStore(ann, bob);
        await World.ChatStore.Add(new NewLine(call, bob.Id, "1", "from bob"));
        await World.ChatStore.Add(new NewLine(call, ann.Id, "1", "from ann"));
        await World.Pass(TimeSpan.FromSeconds(10));
        await World.CallStore.End(World.End(call));
        await File(ann, call, reason, "as ann says");
        return (ann, bob, (await CaseOf(bob.Id))!);
    }

    private Task Erase(Person person) => World.Get<Erasure>().Erase(person.Id);

    private async Task<List<string>> Chat(Guid caseId, Guid reportId) =>
        [.. (await Cases.ReadChat(caseId, reportId, Admin, "a test"))!.Select(line => line.Text)];

    private protected virtual Task Clear() => Task.CompletedTask;
}

public sealed class InMemoryReportPrivacyTests() : ReportPrivacyContractTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresReportPrivacyTests(TestDatabase database) : ReportPrivacyContractTests(database), IClassFixture<TestDatabase>
{
    private protected override Task Clear() => World.Database.Execute("truncate report, review_case");
}
