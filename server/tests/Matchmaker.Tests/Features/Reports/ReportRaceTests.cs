using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Reports;

/// <summary>Reports at the same moment as whatever else can be done to the same people.</summary>
public abstract class ReportRaceTests(TestDatabase? database) : ReportWorldTests(database)
{
    private const int Rounds = 40;

    private protected override bool IsRace => true;

    [Fact]
    public Task Both_report_and_block_each_other_while_the_call_ends_and_others_begin() => Race.Rounds(Rounds, async i =>
    {
        var (ann, bob, eve) = (await Enter(), await Enter(), await Enter());
        var call = await World.StartInStore(ann, bob);
        FiledReport? hers = null, his = null;

        await Race.Of(
            async () => hers = await File(ann, call),
            async () => his = await File(bob, call, Reason.MinorSafety),
            () => World.SafetyStore.Block(ann.Id, bob.Id, 10),
            () => World.SafetyStore.Block(bob.Id, ann.Id, 10),
            () => World.MatchStore.Join(new(ann.Id, Guid.NewGuid(), ann.Connection.Id, new(CallSeconds: 300))),
            () => i % 2 == 0
                ? World.CallStore.End(World.End(call, EndReason.Blocked))
                : World.CallStore.Start([i % 4 == 1 ? World.Pair(bob, eve) : World.Pair(eve, ann)], null, CallOrigin.Invite));

        Assert.Equal((ReportOutcome.Filed, ReportOutcome.Filed), (hers!.Outcome, his!.Outcome));
        Assert.Equal((bob.Id, ann.Id), (hers.Reported, his.Reported));
        Assert.True(await World.SafetyStore.IsBlocked(ann.Id, bob.Id));
        Assert.Equal((1, 1), ((await CaseOf(ann.Id))!.Reports, (await CaseOf(bob.Id))!.Reports));
    });

    [Fact]
    public Task Each_of_many_reports_belongs_to_one_case_and_counts_in_it_whoever_decides_meanwhile() => Race.Rounds(Rounds, async i =>
    {
        var bob = await Enter();
        var calls = new List<(Person Reporter, Guid Call)>();
        for (var n = 0; n < 7; n++)
        {
            var reporter = await Enter();
            calls.Add((reporter, await Call(reporter, bob)));
        }

        await File(calls[0].Reporter, calls[0].Call);
        var first = (await CaseOf(bob.Id))!.CaseId;
        await Race.Of([
            .. calls.Skip(1).Select(c => (Func<Task>)(async () => Assert.Equal(ReportOutcome.Filed, (await File(c.Reporter, c.Call)).Outcome))),
            () => Cases.Close(first, Admin, i % 2 == 0 ? CaseOutcome.Dismissed : CaseOutcome.Upheld, null),
        ]);

        var closed = (await Cases.Find(first))!.Case;
        var open = await CaseOf(bob.Id);
        Assert.Equal(7, closed.Reports + (open?.Reports ?? 0));
        Assert.Equal(closed.Score, closed.Reports);
        Assert.Equal(open?.Score ?? 0, open?.Reports ?? 0);
        var holds = await Measures.Of(bob.Id);
        Assert.All(holds, h => Assert.Equal(MeasureKind.Hold, h.Kind));
        Assert.True(holds.Count(h => h.InForce) <= 1);
        Assert.DoesNotContain(holds, h => h.InForce && h.CaseId == first && i % 2 == 0);
    });

    [Fact]
    public Task The_same_report_sent_four_times_at_once_is_one() => Race.Rounds(Rounds, async _ =>
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await Call(ann, bob);

        var filed = await Race.Of(() => File(ann, call), () => File(ann, call), () => File(ann, call), () => File(ann, call));

        Assert.Single(filed.Select(f => f.ReportId).Distinct());
        Assert.Single(filed, f => f.IsNew);
        Assert.Equal(1, (await CaseOf(bob.Id))!.Reports);
    });

    [Fact]
    public async Task Of_eight_reports_of_one_person_at_once_five_are_taken()
    {
        var ann = await Enter();
        var calls = new List<Guid>();
        for (var i = 0; i < 8; i++)
        {
            calls.Add(await Call(ann, await Enter()));
        }

        var filed = await Race.Of([.. calls.Select(call => (Func<Task<FiledReport>>)(() => File(ann, call)))]);

        Assert.Equal(5, filed.Count(f => f.Outcome == ReportOutcome.Filed));
        Assert.Equal(3, filed.Count(f => f.Outcome == ReportOutcome.RateLimited));
    }

    [Fact]
    public Task Who_erases_the_account_while_being_reported_is_named_nowhere_afterwards() => Race.Rounds(Rounds, async i =>
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await Call(ann, bob);
        var (reporter, other) = i % 2 == 0 ? (ann, bob) : (bob, ann);

        await Race.Of(
            () => File(reporter, call),
            () => World.Get<Erasure>().Erase(bob.Id),
            () => Report(other));

        foreach (var report in (await DetailOf(other.Id)).Reports)
        {
            Assert.All(new[] { report.Reporter, report.Reported }.Where(c => c.Id == bob.Id), c => Assert.Equal(Cards.Deleted(bob.Id), c));
        }
    });

    [Fact]
    public Task A_person_who_is_held_while_a_case_is_closed_ends_as_the_last_of_the_two_says() => Race.Rounds(Rounds, async _ =>
    {
        var bob = await Enter();
        await Report(bob, 3);
        var reporter = await Enter();
        var call = await Call(reporter, bob);
        var of = (await CaseOf(bob.Id))!.CaseId;

        await Race.Of(
            () => File(reporter, call),
            () => Cases.Close(of, Admin, CaseOutcome.Dismissed, null),
            () => Measures.Take(new NewMeasure(Guid.NewGuid(), bob.Id, MeasureKind.Warn, Reason.Spam, "Mind your words.", null, null, Admin)));

        Assert.False((await Measures.StandingOf(bob.Id)).IsBarred);
    });
}

public sealed class InMemoryReportRaceTests() : ReportRaceTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresReportRaceTests(TestDatabase database) : ReportRaceTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public Task A_call_is_not_archived_from_under_a_report() => Race.Rounds(10, async _ =>
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await Call(ann, bob);
        await World.ChatStore.Add(new(call, bob.Id, "1", "a line"));
        FiledReport? filed = null;

        await Race.Of(
            async () => filed = await File(ann, call),
            () => World.CallStore.Archive(TimeSpan.Zero, 100));

        Assert.True(filed!.Outcome == ReportOutcome.NotFound || Assert.Single((await DetailOf(bob.Id)).Reports).ChatLines == 1);
    });
}
