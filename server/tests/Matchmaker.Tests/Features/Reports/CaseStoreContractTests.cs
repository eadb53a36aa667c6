using Matchmaker.Features.Chat;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Reports;

/// <summary>What every store of cases promises to those who decide them.</summary>
public abstract class CaseStoreContractTests(TestDatabase? database) : ReportWorldTests(database)
{
    private protected Guid Other { get; } = Guid.NewGuid();

    [Fact]
    public async Task The_queue_is_urgent_first_then_heavy_then_old()
    {
        await Clear();
        var (old, young, heavy, urgent) = (await Enter(), await Enter(), await Enter(), await Enter());
        await Report(old);
        await World.Pass(TimeSpan.FromSeconds(1));
        await Report(young);
        await Report(heavy, 2);
        await Report(urgent, reason: Reason.MinorSafety);

        var page = await Page();

        Assert.Equal([urgent.Id, heavy.Id, old.Id, young.Id], page.Cases.Select(c => c.Subject.Id));
        Assert.Equal((4, 1, false), (page.Total, page.Urgent, page.HasMore));
        Assert.Equal(new CaseCount(4, 1), await Cases.Count());
        Assert.Equal((true, true), (page.Cases[0].IsUrgent, page.Cases[0].IsLocked));
    }

    [Fact]
    public async Task What_waits_is_counted_with_its_age_and_an_urgent_one_until_somebody_takes_it_up()
    {
        await Clear();
        Assert.Equal(new CaseBacklog(0, 0, 0, 0), await Cases.Backlog());
        var (calm, urgent) = (await Enter(), await Enter());
        await Report(calm);
        await World.Pass(TimeSpan.FromSeconds(2));
        await Report(urgent, reason: Reason.MinorSafety);
        await World.Pass(TimeSpan.FromSeconds(1));

        var before = await Cases.Backlog();
        await Cases.Claim((await CaseOf(urgent.Id))!.CaseId, Admin);
        var after = await Cases.Backlog();

        Assert.Equal((2, 1), (before.Open, before.Urgent));
        Assert.InRange(before.UntouchedSeconds, 1, before.OldestSeconds - 1.9);
        Assert.Equal((2, 1, 0d), (after.Open, after.Urgent, after.UntouchedSeconds));
        Assert.True(after.OldestSeconds >= before.OldestSeconds);
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended_open_or_closed()
    {
        await Clear();
        var people = new List<Guid>();
        for (var i = 0; i < 10; i++)
        {
            var subject = await Enter();
            people.Add(subject.Id);
            await Report(subject, times: 1 + (i % 3));
            if (i == 4)
            {
                await Report(subject, reason: Reason.MinorSafety);
            }
        }

        Assert.Equal((await Page()).Cases.Select(c => c.CaseId), await All(CaseState.Open));
        foreach (var subject in people)
        {
            await Cases.Close((await CaseOf(subject))!.CaseId, Admin, CaseOutcome.Upheld, null);
            await World.Pass(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Enumerable.Reverse(people), (await Page(CaseState.Closed)).Cases.Select(c => c.Subject.Id));
        Assert.Equal((await Page(CaseState.Closed)).Cases.Select(c => c.CaseId), await All(CaseState.Closed));
        Assert.Empty((await Page()).Cases);
    }

    [Fact]
    public async Task Cases_are_found_by_reason_by_name_and_by_id()
    {
        await Clear();
        var (ann, bob) = (await Named("Zoë Ångström"), await Named("zoran 100%"));
        await Report(ann, reason: Reason.Hate);
        await Report(ann, reason: Reason.Spam);
        await Report(bob, reason: Reason.Spam);
        await Report(await Named("Xaver"), reason: Reason.Other);

        Assert.Equal([ann.Id], await Found(reason: Reason.Hate));
        Assert.Equal([ann.Id, bob.Id], await Found(reason: Reason.Spam));
        Assert.Equal([ann.Id, bob.Id], await Found("zo"));
        Assert.Equal([ann.Id], await Found("ZOË å"));
        Assert.Equal([bob.Id], await Found("zoran 100%"));
        Assert.Empty(await Found("zo%"));
        Assert.Empty(await Found("oran"));
        Assert.Equal([bob.Id], await Found("Zo", Reason.Spam, skip: ann.Id));
        Assert.Equal([bob.Id], await Found(WireId.Format(bob.Id)));
        Assert.Equal([bob.Id], await Found(WireId.Format((await CaseOf(bob.Id))!.CaseId)));
        Assert.Empty(await Found(WireId.Format(Guid.NewGuid())));
    }

    [Fact]
    public async Task A_case_belongs_to_whoever_claimed_it_first()
    {
        await Clear();
        var bob = await Enter();
        await Report(bob);
        var of = (await CaseOf(bob.Id))!.CaseId;

        Assert.Equal(CaseChange.Done, await Cases.Claim(of, Admin));
        Assert.Equal(CaseChange.Done, await Cases.Claim(of, Admin));
        Assert.Equal(CaseChange.Claimed, await Cases.Claim(of, Other));
        Assert.Equal(CaseChange.Claimed, await Cases.Release(of, Other, others: false));
        Assert.Equal(CaseChange.Claimed, await Cases.Close(of, Other, CaseOutcome.Dismissed, null));
        Assert.Equal(of, Assert.Single((await Page(CaseState.Mine)).Cases).CaseId);
        Assert.Equal(Admin, (await CaseOf(bob.Id))!.ClaimedBy);
        Assert.Equal(CaseChange.Done, await Cases.Release(of, Other, others: true));
        Assert.Equal(CaseChange.Done, await Cases.Release(of, Admin, others: false));
        Assert.Empty((await Page(CaseState.Mine)).Cases);
        Assert.Equal(CaseChange.NotFound, await Cases.Claim(Guid.NewGuid(), Admin));
        Assert.Equal(["case.release", "case.claim"], await Audit(of));
    }

    [Fact]
    public async Task A_case_is_decided_once_and_all_its_reports_with_it()
    {
        var bob = await Enter();
        var (ann, _) = await Report(bob);
        var of = (await CaseOf(bob.Id))!.CaseId;

        Assert.Equal(CaseChange.Done, await Cases.Close(of, Admin, CaseOutcome.Upheld, "seen"));
        Assert.Equal(CaseChange.Done, await Cases.Close(of, Admin, CaseOutcome.Upheld, "seen"));
        Assert.Equal(CaseChange.AlreadyDecided, await Cases.Close(of, Other, CaseOutcome.Dismissed, null));
        Assert.Equal(CaseChange.AlreadyDecided, await Cases.Claim(of, Other));
        Assert.Equal(CaseChange.AlreadyDecided, await Cases.Release(of, Other, others: true));
        Assert.Equal(CaseChange.NotFound, await Cases.Close(Guid.NewGuid(), Admin, CaseOutcome.Upheld, null));

        var closed = (await Cases.Find(of))!.Case;
        Assert.Equal((CaseOutcome.Upheld, "seen", Admin), (closed.Outcome, closed.Note, closed.ClosedBy));
        Assert.NotNull(closed.ClosedAt);
        Assert.Equal(new Accuracy(1, 1), await Reports.AccuracyOf(ann.Id));
        Assert.Equal(["case.upheld"], await Audit(of));
        Assert.Null(await Cases.Find(Guid.NewGuid()));
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public async Task A_hold_by_weight_outlasts_an_upheld_case_only_until_somebody_takes_a_measure(bool isWarned, bool isHeld)
    {
        var bob = await Enter();
        await Report(bob, 4);
        var of = (await CaseOf(bob.Id))!.CaseId;
        if (isWarned)
        {
            await Measures.Take(new NewMeasure(Guid.NewGuid(), bob.Id, MeasureKind.Warn, Reason.Spam, "Do not sell.", null, of, Admin));
        }

        await Cases.Close(of, Admin, CaseOutcome.Upheld, null);

        Assert.Equal(isHeld, (await Measures.StandingOf(bob.Id)).IsBarred);
        Assert.Equal(isHeld ? 0 : 1, (await Audit(bob.Id)).Count(a => a == "measure.lift"));
    }

    [Fact]
    public async Task Chat_is_read_for_a_reason_that_is_in_the_audit()
    {
        var (ann, bob) = (await Enter(), await Enter());
        var call = await World.StartInStore(ann, bob);
        await World.ChatStore.Add(new NewLine(call, bob.Id, "1", "something"));
        await World.CallStore.End(World.End(call));
        var filed = await File(ann, call);
        var of = (await CaseOf(bob.Id))!.CaseId;

        Assert.Null(await Cases.ReadChat(of, Guid.NewGuid(), Admin, "why not"));
        Assert.Null(await Cases.ReadChat(Guid.NewGuid(), filed.ReportId, Admin, "why not"));
        Assert.Empty(await Audit(of));
        var line = Assert.Single((await Cases.ReadChat(of, filed.ReportId, Admin, "a threat, says Ann"))!);

        Assert.Equal((bob.Id, "something"), (line.From, line.Text));
        var entry = Assert.Single(await World.Get<IAuditStore>().Page(new AuditFilter(Admin, "case.read_chat"), 10, null));
        Assert.Contains("a threat, says Ann", entry.Detail, StringComparison.Ordinal);
        Assert.Equal(of.ToString(), entry.Subject);
    }

    [Fact]
    public async Task A_case_shows_the_latest_reports_with_the_network_of_each()
    {
        var bob = await Enter();
        foreach (var network in new[] { "north", "south", "north" })
        {
            await Report(bob, network);
            await World.Pass(TimeSpan.FromSeconds(1));
        }

        var reports = (await DetailOf(bob.Id)).Reports;

        Assert.Equal([1, 2, 1], reports.Select(r => r.Network));
        Assert.Equal([2, 1, 0], reports.Select(r => r.Earlier));
        Assert.Equal(2, (await CaseOf(bob.Id))!.Networks);
    }

    [Fact]
    public async Task Statistics_say_what_is_open_and_how_long_it_took()
    {
        await Clear();
        var (one, two) = (await Enter(), await Enter());
        await Report(one);
        await World.Pass(TimeSpan.FromMinutes(1));
        await Cases.Claim((await CaseOf(one.Id))!.CaseId, Admin);
        await World.Pass(TimeSpan.FromMinutes(1));
        await Close(one, CaseOutcome.Upheld);
        await Report(two, reason: Reason.MinorSafety);

        var stats = await Cases.Stats();

        Assert.Equal((1, 1, 1, 2), (stats.Open, stats.Urgent, stats.Unclaimed, stats.Reports));
        Assert.NotNull(stats.OldestOpenAt);
        Assert.Equal((1, 1), (stats.Week.Closed, stats.Week.Upheld));
        Assert.InRange(stats.Week.DecisionSeconds!.Value, 120, 125);
        Assert.InRange(stats.Week.FirstActionSeconds!.Value, 60, 65);
        Assert.Equal(stats.Week.DecisionSeconds, stats.Week.SlowDecisionSeconds);
        Assert.Equal(14, stats.Days.Count);
        Assert.Equal((2, 1, 0), (stats.Days.Sum(d => d.Reports), stats.Days.Sum(d => d.Upheld), stats.Days.Sum(d => d.Dismissed)));
        Assert.Equal(stats.Days.Select(d => d.Day).Order(), stats.Days.Select(d => d.Day));
        Assert.Equal(DateOnly.FromDateTime(World.Time.GetUtcNow().UtcDateTime), stats.Days[^1].Day);
    }

    /// <summary>Cases of other tests on the same database are gone.</summary>
    private protected virtual Task Clear() => Task.CompletedTask;

    private protected async Task<Person> Named(string name)
    {
        var person = await Enter();
        await World.Get<Matchmaker.Features.Accounts.IAccountStore>().Change(person.Id, new(name, null, null, null));
        return person;
    }

    private Task<ReviewPage> Page(CaseState state = CaseState.Open) => Cases.Page(new CaseQuery(state, Admin, null, null, 100, null));

    private async Task<List<Guid>> All(CaseState state)
    {
        var seen = new List<Guid>();
        CaseCursor? after = null;
        while (true)
        {
            var page = await Cases.Page(new CaseQuery(state, Admin, null, null, 3, after));
            seen.AddRange(page.Cases.Select(c => c.CaseId));
            if (!page.HasMore)
            {
                return seen;
            }

            after = CaseCursor.Read(CaseCursor.After(page.Cases[^1]).ToString());
        }
    }

    private async Task<List<Guid>> Found(string? search = null, Reason? reason = null, Guid? skip = null) =>
        [.. (await Cases.Page(new CaseQuery(CaseState.Open, Admin, reason, search, 10, null))).Cases.Select(c => c.Subject.Id).Where(id => id != skip)];

    private async Task<List<string>> Audit(Guid subject) =>
        [.. (await World.Get<IAuditStore>().Page(AuditOf.Subject(subject), 100, null)).Select(e => e.Action)];
}

public sealed class InMemoryCaseStoreTests() : CaseStoreContractTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresCaseStoreTests(TestDatabase database) : CaseStoreContractTests(database), IClassFixture<TestDatabase>
{
    private protected override Task Clear() => World.Database.Execute("truncate report, review_case");
}
