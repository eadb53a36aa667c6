using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Reports;

/// <summary>What every store of reports promises about those who file them.</summary>
public abstract class ReportStoreContractTests(TestDatabase? database) : ReportWorldTests(database)
{
    [Fact]
    public async Task A_report_keeps_what_is_known_of_the_call_and_of_both()
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await World.StartInStore(bob, ann);
        await World.ChatStore.Add(new NewLine(call, bob.Id, "1", "buy this"));
        await World.ChatStore.Add(new NewLine(call, ann.Id, "1", "no"));
        await World.Pass(TimeSpan.FromSeconds(75));
        await World.CallStore.End(World.End(call, EndReason.Next));

        var filed = await File(ann, call, Reason.Spam, "He sells.\nAll the time.");

        Assert.Equal((ReportOutcome.Filed, bob.Id, true, true, null), (filed.Outcome, filed.Reported, filed.IsNew, filed.IsBlocked, filed.HoldId));
        var detail = await DetailOf(bob.Id);
        var report = Assert.Single(detail.Reports);
        Assert.Equal((filed.ReportId, call, Reason.Spam, "He sells.\nAll the time."), (report.ReportId, report.CallId, report.Reason, report.Note));
        Assert.Equal((ann.Card, bob.Card), (report.Reporter, report.Reported));
        Assert.Equal((75, CallOrigin.Invite, EndReason.Next), (report.Seconds, report.Origin, report.EndReason));
        Assert.Equal((2, 1, 0, new Accuracy(0, 0)), (report.ChatLines, report.Network, report.Earlier, report.Accuracy));
        Assert.InRange(report.CreatedAt - World.Time.GetUtcNow(), TimeSpan.FromSeconds(-5), TimeSpan.FromSeconds(5));
        var of = detail.Case;
        Assert.Equal((bob.Card, 1d, false, false, 1, 1, 1, true), (of.Subject, of.Score, of.IsUrgent, of.IsLocked, of.Reports, of.Reporters, of.Networks, of.HasChat));
        Assert.Equal([KeyValuePair.Create(Reason.Spam, 1)], of.Reasons);
        Assert.Equal(["buy this", "no"], (await Cases.ReadChat(of.CaseId, report.ReportId, Admin, "to decide"))!.Select(line => line.Text));
    }

    [Fact]
    public async Task A_call_is_reported_once_by_each_of_the_two()
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await Call(ann, bob);
        var first = await File(ann, call);

        var again = await File(ann, call, Reason.Hate, "and another thing");
        var other = await File(bob, call);

        Assert.Equal(first with { IsNew = false }, again);
        Assert.True(other.IsNew);
        Assert.Equal((1, 1d), ((await CaseOf(bob.Id))!.Reports, (await CaseOf(bob.Id))!.Score));
        Assert.Equal(ann.Id, other.Reported);
        Assert.Equal([first.ReportId], (await Reports.FiledBy(ann.Id, 10)).Select(r => r.ReportId));
        Assert.Equal(1, await Reports.CountAbout(ann.Id));
    }

    [Fact]
    public async Task Only_the_two_of_a_call_may_report_it_and_for_a_day()
    {
        var (ann, bob, eve) = (await Enter(), await Enter(), await Enter());
        var call = await Call(ann, bob);

        Assert.Equal(ReportOutcome.NotFound, (await File(eve, call)).Outcome);
        Assert.Equal(ReportOutcome.NotFound, (await File(ann, Guid.NewGuid())).Outcome);
        await World.Pass(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(10));
        Assert.Equal(ReportOutcome.Filed, (await File(ann, call)).Outcome);
        await World.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(ReportOutcome.NotFound, (await File(bob, call)).Outcome);
        Assert.Equal(ReportOutcome.Filed, (await File(ann, call)).Outcome); // what is filed is filed
        Assert.Null(await CaseOf(ann.Id));
    }

    [Fact]
    public async Task Of_five_hundred_reports_by_newcomers_who_were_in_no_call_with_the_person_none_is_accepted()
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await Call(ann, bob);
        var outcomes = new System.Collections.Concurrent.ConcurrentBag<ReportOutcome>();

        await Parallel.ForEachAsync(
            Enumerable.Range(0, 500), new ParallelOptions { MaxDegreeOfParallelism = 8 },
            async (_, _) => outcomes.Add((await Reports.File(
                new NewReport(Guid.NewGuid(), call, Guid.NewGuid(), Guid.NewGuid(), Reason.MinorSafety, null))).Outcome));

        Assert.Equal(Enumerable.Repeat(ReportOutcome.NotFound, 500), outcomes);
        Assert.Null(await CaseOf(ann.Id));
        Assert.Null(await CaseOf(bob.Id));
        Assert.Equal(0, await Reports.CountAbout(bob.Id));
        Assert.Equal(Standing.Free, await Measures.StandingOf(bob.Id));
    }

    [Fact]
    public async Task Fifty_from_one_network_weigh_no_more_than_three_strangers()
    {
        var (crowded, other) = (await Enter(), await Enter());
        await Report(crowded, 50, network: "a dormitory");
        await Report(other, 3);

        var crowd = (await CaseOf(crowded.Id))!;

        Assert.Equal((50, 50, 1), (crowd.Reports, crowd.Reporters, crowd.Networks));
        Assert.Equal(2, crowd.Score);
        Assert.True(crowd.Score <= (await CaseOf(other.Id))!.Score);
        Assert.Equal(Standing.Free, await Measures.StandingOf(crowded.Id));
        Assert.All((await DetailOf(crowded.Id)).Reports, r => Assert.Equal(1, r.Network));
    }

    [Fact]
    public async Task Those_of_whom_the_network_is_not_known_count_as_one()
    {
        var bob = await Enter();
        for (var i = 0; i < 4; i++)
        {
            var unknown = await World.Enter();
            await File(unknown, await Call(unknown, bob));
        }

        Assert.Equal((2d, 4, 1), ((await CaseOf(bob.Id))!.Score, (await CaseOf(bob.Id))!.Reporters, (await CaseOf(bob.Id))!.Networks));
    }

    [Fact]
    public async Task At_the_threshold_a_person_is_held_and_never_banned()
    {
        var bob = await Enter();
        await Report(bob, 3);
        Assert.Equal(Standing.Free, await Measures.StandingOf(bob.Id));

        var fourth = (await Report(bob)).Filed;

        var hold = Assert.Single(await Measures.Of(bob.Id));
        Assert.Equal((fourth.HoldId!.Value, MeasureKind.Hold, (Guid?)null, true), (hold.MeasureId, hold.Kind, hold.DecidedBy, hold.InForce));
        Assert.Equal(((await CaseOf(bob.Id))!.CaseId, Reason.Spam), (hold.CaseId, hold.Reason));
        Assert.Equal(TimeSpan.FromDays(7), hold.Until - hold.TakenAt);
        Assert.Equal(4, (await CaseOf(bob.Id))!.Score);
        Assert.Single(await Audit(AuditOf.Subject(bob.Id)), e => e.Action == "measure.hold" && e.Actor is null);
    }

    [Fact]
    public async Task Whoever_is_held_meets_nobody_and_so_many_reports_more_change_nothing()
    {
        var bob = await Enter();
        var calls = new List<(Person Reporter, Guid Call)>();
        for (var i = 0; i < 12; i++)
        {
            var reporter = await Enter();
            calls.Add((reporter, await Call(reporter, bob)));
        }

        foreach (var (reporter, call) in calls)
        {
            Assert.Equal(ReportOutcome.Filed, (await File(reporter, call)).Outcome);
        }

        Assert.Equal(12, (await CaseOf(bob.Id))!.Score);
        Assert.Equal(MeasureKind.Hold, Assert.Single(await Measures.Of(bob.Id)).Kind);
    }

    [Fact]
    public async Task After_a_vindication_old_reports_never_count_again()
    {
        var bob = await Enter();
        await Report(bob, 4);
        Assert.Equal(MeasureKind.Hold, (await Measures.StandingOf(bob.Id)).Kind);

        await Close(bob, CaseOutcome.Dismissed);

        Assert.Equal(Standing.Free, await Measures.StandingOf(bob.Id));
        var (_, next) = await Report(bob);
        Assert.Null(next.HoldId);
        Assert.Equal((1d, 1), ((await CaseOf(bob.Id))!.Score, (await CaseOf(bob.Id))!.Reports));
        Assert.Equal(4, Assert.Single((await DetailOf(bob.Id)).Reports).Earlier);
        await Report(bob, 2);
        Assert.Equal(Standing.Free, await Measures.StandingOf(bob.Id));
        await Report(bob, 1);
        Assert.Equal(MeasureKind.Hold, (await Measures.StandingOf(bob.Id)).Kind);
    }

    [Fact]
    public async Task Who_was_right_weighs_more_and_who_was_not_weighs_less()
    {
        var (right, wrong) = (await Enter(), await Enter());
        foreach (var (reporter, outcome) in new[] { (right, CaseOutcome.Upheld), (wrong, CaseOutcome.Dismissed) })
        {
            var first = await Enter();
            await File(reporter, await Call(reporter, first));
            await Close(first, outcome);
        }

        Assert.Equal(new Accuracy(1, 1), await Reports.AccuracyOf(right.Id));
        Assert.Equal(new Accuracy(0, 1), await Reports.AccuracyOf(wrong.Id));
        var bob = await Enter();
        await File(right, await Call(right, bob));
        Assert.Equal(1.2, (await CaseOf(bob.Id))!.Score, 9);
        await File(wrong, await Call(wrong, bob));
        Assert.Equal(2, (await CaseOf(bob.Id))!.Score, 9);
    }

    [Fact]
    public async Task Whom_somebody_let_go_is_not_held_again_by_the_same_case()
    {
        var bob = await Enter();
        await Report(bob, 4);
        Assert.NotNull(await Measures.Lift(Assert.Single(await Measures.Of(bob.Id)).MeasureId, Admin, "a mistake"));

        await Report(bob, 3);

        Assert.Equal(7, (await CaseOf(bob.Id))!.Score);
        Assert.Equal(Standing.Free, await Measures.StandingOf(bob.Id));
    }

    [Fact]
    public async Task A_hold_that_has_run_out_is_taken_again_by_the_next_report()
    {
        var bob = await Enter();
        await Report(bob, 4);
        await World.Pass(TimeSpan.FromDays(7));
        Assert.Equal(Standing.Free, await Measures.StandingOf(bob.Id));

        await Report(bob, 1);

        Assert.Equal(MeasureKind.Hold, (await Measures.StandingOf(bob.Id)).Kind);
        Assert.Equal(2, (await Measures.Of(bob.Id)).Count);
    }

    [Fact]
    public async Task The_reporter_and_the_reported_never_meet_again_also_beyond_the_limit_of_blocks()
    {
        var (ann, bob) = (await Enter(), await Enter());
        await World.SafetyStore.Block(ann.Id, Guid.NewGuid(), 1);
        await File(ann, await Call(ann, bob));
        await World.Pass(TimeSpan.FromDays(30));

        Assert.True(await World.SafetyStore.IsBlocked(bob.Id, ann.Id));
        Assert.Equal(2, (await World.SafetyStore.Blocks(ann.Id)).Count);
        Assert.Equal(StartOutcome.Blocked, (await World.CallStore.Start([World.Pair(bob, ann)], null, CallOrigin.Invite))[0].Outcome);
        await Close(bob, CaseOutcome.Dismissed);
        Assert.Equal(StartOutcome.Blocked, (await World.CallStore.Start([World.Pair(ann, bob)], null, CallOrigin.Invite))[0].Outcome);
    }

    [Fact]
    public async Task Of_one_person_five_reports_in_ten_minutes_are_taken_and_the_sixth_later()
    {
        var ann = await Enter();
        var calls = new List<Guid>();
        for (var i = 0; i < 6; i++)
        {
            calls.Add(await Call(ann, await Enter()));
        }

        foreach (var call in calls.Take(5))
        {
            Assert.Equal(ReportOutcome.Filed, (await File(ann, call)).Outcome);
        }

        var sixth = await File(ann, calls[5]);
        Assert.Equal(ReportOutcome.RateLimited, sixth.Outcome);
        Assert.InRange(sixth.RetryAfter, TimeSpan.FromMinutes(9), TimeSpan.FromMinutes(10));
        Assert.Equal(ReportOutcome.Filed, (await File(ann, calls[0])).Outcome); // repeated, not one more
        await World.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(ReportOutcome.Filed, (await File(ann, calls[5])).Outcome);
    }

    [Fact]
    public async Task A_running_call_may_be_reported_and_what_became_of_it_is_told_later()
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await World.StartInStore(ann, bob);
        await World.Pass(TimeSpan.FromSeconds(42));

        Assert.Equal(ReportOutcome.Filed, (await File(ann, call)).Outcome);

        var report = Assert.Single((await DetailOf(bob.Id)).Reports);
        Assert.Equal((42, null), (report.Seconds, report.EndReason));
        Assert.NotNull(await World.CallStore.FindActive(ann.Id)); // to end it is for those who have it
        await World.CallStore.End(World.End(call, EndReason.Blocked));
    }

    [Fact]
    public async Task The_history_of_who_reported_says_so_and_no_other()
    {
        var (ann, bob) = (await Enter(), await Enter());
        var (first, second) = (await Call(ann, bob), await Call(ann, await Enter()));
        await File(ann, first);
        var history = World.Get<History>();

        Assert.Equal([false, true], (await history.Page(ann.Id, 10, null)).Select(h => h.Reported));
        Assert.True((await history.Find(ann.Id, first))!.Reported);
        Assert.False((await history.Find(ann.Id, second))!.Reported);
        Assert.False((await history.Find(bob.Id, first))!.Reported);
        Assert.Empty(await history.Page(Guid.NewGuid(), 10, null));
    }

    [Fact]
    public async Task What_a_user_filed_is_theirs_to_read_latest_first()
    {
        var ann = await Enter();
        var calls = new[] { await Call(ann, await Enter()), await Call(ann, await Enter()) };
        await File(ann, calls[0], Reason.Hate, "first");
        await World.Pass(TimeSpan.FromSeconds(1));
        await File(ann, calls[1], Reason.Other);

        var mine = await Reports.FiledBy(ann.Id, 10);

        Assert.Equal([(calls[1], Reason.Other, null), (calls[0], Reason.Hate, "first")], mine.Select(r => (r.CallId, r.Reason, r.Note)));
        Assert.Single(await Reports.FiledBy(ann.Id, 1));
    }

    private protected async Task<IReadOnlyList<AuditEntry>> Audit(AuditFilter filter) => await World.Get<IAuditStore>().Page(filter, 100, null);
}

internal static class AuditOf
{
    public static AuditFilter Subject(Guid id) => new(Subject: id.ToString());
}

public sealed class InMemoryReportStoreTests() : ReportStoreContractTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresReportStoreTests(TestDatabase database) : ReportStoreContractTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_misdial_may_be_reported_for_a_day_too()
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await Call(ann, bob, seconds: 1);
        await World.Pass(TimeSpan.FromHours(23));

        Assert.Equal(ReportOutcome.Filed, (await File(ann, call)).Outcome);
    }

    [Fact]
    public async Task The_database_weighs_reporters_as_the_rule_does()
    {
        for (var decided = 0; decided <= Weighing.DecidedReports; decided += 4)
        {
            for (var agreed = 0; agreed <= decided; agreed += 3)
            {
                var weight = await World.Database.One<double>("select reporter_weight(@Agreed, @Decided)", new { Agreed = agreed, Decided = decided });
                Assert.Equal(Weighing.OfReporter(agreed, decided), weight, 12);
            }
        }
    }

    [Fact]
    public async Task The_database_weighs_cases_as_the_rule_does()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            var of = Guid.NewGuid();
            await World.Database.Execute(
                "insert into review_case (case_id, subject, subject_name, opened_at, updated_at, is_urgent, is_locked) values (@Case, @Case, 'x', now(), now(), false, false)",
                new { Case = of });
            var reporters = Enumerable.Range(0, 20).Select(_ => Guid.NewGuid()).ToList();
            var reports = Enumerable.Range(0, random.Next(1, 60)).Select(i => new WeighedReport(
                reporters[random.Next(reporters.Count)], random.Next(8) is var n and > 0 ? $"{n}" : null, 0.1 + random.NextDouble())).ToList();
            await World.Database.Execute(
                """
                insert into report (report_id, call_id, reporter, reported, case_id, reason, created_at, origin_key, weight, earlier,
                    reporter_card, reported_card, call_started_at, call_seconds, call_origin)
                select gen_random_uuid(), gen_random_uuid(), x.r, @Case, @Case, 'spam', now() + make_interval(secs => x.i), convert_to(x.n, 'UTF8'), x.w,
                    0, '{}', '{}', now(), 1, 'queue'
                from unnest(@Reporters, @Networks, @Weights) with ordinality x(r, n, w, i)
                """,
                new
                {
                    Case = of,
                    Reporters = reports.ConvertAll(r => r.Reporter).ToArray(),
                    Networks = reports.ConvertAll(r => r.Network).ToArray(),
                    Weights = reports.ConvertAll(r => r.Weight).ToArray(),
                });

            var (score, count, people, networks) = await World.Database.One<(double, int, int, int)>("select * from weigh_case(@Case)", new { Case = of });

            var expected = Weighing.Of(reports);
            Assert.Equal(expected.Score, score, 9);
            Assert.Equal((expected.Reports, expected.Reporters, expected.Networks), (count, people, networks));
            await World.Database.Execute("delete from report where case_id = @Case; delete from review_case where case_id = @Case", new { Case = of });
        }
    }
}
