using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Safety;

/// <summary>What every store of appeals promises.</summary>
public abstract class AppealStoreContractTests(TestDatabase? database) : WorldTests(database)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly Guid _decider = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();

    private IAppealStore Store => World.Get<IAppealStore>();

    private IMeasureStore Measures => World.Get<IMeasureStore>();

    [Fact]
    public async Task Who_stands_free_or_is_only_warned_has_nothing_to_appeal_against()
    {
        Assert.Equal((FileOutcome.Nothing, null), await Store.File(Guid.NewGuid(), _user, "Why?"));
        await Take(MeasureKind.Warn);
        Assert.Equal((FileOutcome.Nothing, null), await Store.File(Guid.NewGuid(), _user, "Why?"));
    }

    [Fact]
    public async Task An_appeal_is_against_the_strictest_measure_and_once()
    {
        await Take(MeasureKind.Hold);
        var ban = await Take(MeasureKind.Ban);
        var id = Guid.NewGuid();

        Assert.Equal((FileOutcome.Filed, ban), await Store.File(id, _user, "Why?"));
        Assert.Equal((FileOutcome.Exists, ban), await Store.File(Guid.NewGuid(), _user, "Why?!"));

        var appeal = Assert.Single(await Store.Of(_user));
        Assert.Equal((id, ban, "Why?", null), (appeal.AppealId, appeal.Measure.MeasureId, appeal.Text, appeal.Outcome));
        Assert.False((await Measures.StandingOf(_user)).Appealable);
        Assert.Equal(["appeal.file"], await Audit(null));

        // When the ban is gone, the hold may be appealed against.
        await Measures.Lift(ban, _other, "No.");
        Assert.True((await Measures.StandingOf(_user)).Appealable);
        Assert.Equal(FileOutcome.Filed, (await Store.File(Guid.NewGuid(), _user, "And this?")).Outcome);
    }

    [Fact]
    public async Task Granted_it_lifts_the_measure_and_upheld_it_does_not()
    {
        foreach (var outcome in new[] { AppealOutcome.Upheld, AppealOutcome.Granted })
        {
            var user = Guid.NewGuid();
            var measure = await Take(MeasureKind.Ban, user);
            var id = Guid.NewGuid();
            await Store.File(id, user, "Why?");

            Assert.Equal(DecideOutcome.Decided, await Store.Decide(id, _other, outcome, "So."));

            var appeal = (await Store.Find(id))!;
            Assert.Equal((outcome, _other, "So."), (appeal.Outcome!.Value, appeal.DecidedBy!.Value, appeal.Answer));
            Assert.NotNull(appeal.DecidedAt);
            Assert.Equal(outcome == AppealOutcome.Upheld, (await Measures.StandingOf(user)).IsBanned);
            Assert.Equal(outcome == AppealOutcome.Upheld ? null : _other, (await Measures.Find(measure))!.LiftedBy);
            Assert.Equal(DecideOutcome.AlreadyDecided, await Store.Decide(id, Guid.NewGuid(), AppealOutcome.Granted, "No, so."));
        }
    }

    [Fact]
    public async Task Who_took_the_measure_does_not_judge_it_but_anybody_may_when_nobody_did()
    {
        await Take(MeasureKind.Ban);
        var id = Guid.NewGuid();
        await Store.File(id, _user, "Why?");
        Assert.Equal(DecideOutcome.SameDecider, await Store.Decide(id, _decider, AppealOutcome.Upheld, "So."));
        Assert.Null((await Store.Find(id))!.Outcome);

        var held = Guid.NewGuid();
        await Measures.Take(new NewMeasure(Guid.NewGuid(), held, MeasureKind.Hold, Reason.Spam, "Many reports.", null, null, null));
        var byWeight = Guid.NewGuid();
        Assert.Equal(FileOutcome.Filed, (await Store.File(byWeight, held, "Why?")).Outcome);
        Assert.Equal(DecideOutcome.Decided, await Store.Decide(byWeight, _decider, AppealOutcome.Granted, "So."));

        Assert.Equal(DecideOutcome.NotFound, await Store.Decide(Guid.NewGuid(), _other, AppealOutcome.Granted, "So."));
    }

    [Fact]
    public async Task Two_admins_at_once_decide_once()
    {
        await Take(MeasureKind.Ban);
        var id = Guid.NewGuid();
        await Store.File(id, _user, "Why?");

        var decided = await Race.Of(
            () => Store.Decide(id, _other, AppealOutcome.Granted, "Yes."), () => Store.Decide(id, Guid.NewGuid(), AppealOutcome.Upheld, "No."));

        Assert.Equal([DecideOutcome.Decided, DecideOutcome.AlreadyDecided], decided.Order());
        var granted = (await Store.Find(id))!.Outcome == AppealOutcome.Granted;
        Assert.Equal(granted, !(await Measures.StandingOf(_user)).IsBanned);
    }

    [Fact]
    public async Task Open_ones_wait_in_their_order_and_decided_ones_are_listed_apart()
    {
        var before = await Store.CountOpen();
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            var user = Guid.NewGuid();
            await Take(MeasureKind.Ban, user);
            ids.Add(Guid.NewGuid());
            await Store.File(ids[i], user, "Why?");
            await World.Pass(TimeSpan.FromSeconds(1));
        }

        await Store.Decide(ids[1], _other, AppealOutcome.Upheld, "So.");

        Assert.Equal(before + 2, await Store.CountOpen());
        Assert.Equal([ids[0], ids[2]], (await Store.List(open: true, 100)).Select(a => a.AppealId).Where(ids.Contains));
        Assert.Equal([ids[1]], (await Store.List(open: false, 100)).Select(a => a.AppealId).Where(ids.Contains));
        Assert.Equal(ids[2], (await Store.List(open: true, 1, skip: before + 1))[0].AppealId);
    }

    [Fact]
    public async Task Erasing_forgets_what_a_user_wrote_and_leaves_the_measure()
    {
        await Take(MeasureKind.Ban);
        await Store.File(Guid.NewGuid(), _user, "Why?");

        await Store.Erase(_user);
        await Store.Erase(_user);

        Assert.Empty(await Store.Of(_user));
        Assert.True((await Measures.StandingOf(_user)).IsBanned);
    }

    private async Task<Guid> Take(MeasureKind kind, Guid? user = null) => (await Measures.Take(
        new NewMeasure(Guid.NewGuid(), user ?? _user, kind, Reason.Spam, "Because.", null, null, _decider))).MeasureId;

    private async Task<IEnumerable<string>> Audit(Guid? actor) =>
        (await World.Get<IAuditStore>().Page(new AuditFilter(Subject: _user.ToString()), 100, null)).Where(e => e.Actor == actor).Select(e => e.Action);
}

public sealed class InMemoryAppealStoreTests() : AppealStoreContractTests(null)
{
    [Fact]
    public async Task At_the_bound_a_decided_one_goes_before_one_that_is_open()
    {
        var (measures, store) = (World.Get<InMemoryMeasureStore>(), World.Get<InMemoryAppealStore>());
        var ids = new List<Guid>();
        for (var i = 0; i <= InMemoryAppealStore.MaxAppeals; i++)
        {
            var user = Guid.NewGuid();
            await measures.Take(new NewMeasure(Guid.NewGuid(), user, MeasureKind.Hold, Reason.Spam, "x", null, null, null));
            ids.Add(Guid.NewGuid());
            await store.File(ids[i], user, "Why?");
            if (i == 5)
            {
                await store.Decide(ids[i], Guid.NewGuid(), AppealOutcome.Upheld, "So.");
            }
        }

        Assert.Equal((InMemoryAppealStore.MaxAppeals, 1), store.Figures);
        Assert.Null(await store.Find(ids[5]));
        Assert.NotNull(await store.Find(ids[0]));
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresAppealStoreTests(TestDatabase database) : AppealStoreContractTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task The_table_itself_refuses_a_judge_of_their_own_measure()
    {
        var (user, admin, id) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await World.Get<IMeasureStore>().Take(new NewMeasure(Guid.NewGuid(), user, MeasureKind.Ban, Reason.Spam, "x", null, null, admin));
        await World.Get<IAppealStore>().File(id, user, "Why?");

        await Assert.ThrowsAnyAsync<Exception>(() => World.Database.Execute(
            "update appeal set decided_by = @Admin, decided_at = now(), outcome = 'upheld', answer = 'x' where appeal_id = @Id", new { Admin = admin, Id = id }));
        await Assert.ThrowsAnyAsync<Exception>(() => World.Database.Execute(
            "update appeal set measure_decided_by = gen_random_uuid() where appeal_id = @Id", new { Id = id }));
    }
}
