using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Safety;

/// <summary>What every store of measures promises.</summary>
public abstract class MeasureStoreContractTests(TestDatabase? database) : WorldTests(database)
{
    private readonly Guid _user = Guid.NewGuid();
    private readonly Guid _admin = Guid.NewGuid();

    private IMeasureStore Store => World.Get<IMeasureStore>();

    [Fact]
    public async Task Nothing_is_held_against_somebody_at_first()
    {
        Assert.Equal(Standing.Free, await Store.StandingOf(_user));
        Assert.Empty(await Store.StandingOf([_user]));
        Assert.Empty(await Store.Of(_user));
    }

    [Fact]
    public async Task What_was_taken_is_kept_whole_with_its_entry_in_the_audit()
    {
        var (id, caseId) = (Guid.NewGuid(), Guid.NewGuid());

        var taken = await Store.Take(New(MeasureKind.Ban, hours: 2) with { MeasureId = id, CaseId = caseId, Reason = Reason.MinorSafety });

        Assert.Equal(taken, Assert.Single(await Store.Of(_user)));
        Assert.Equal(taken, await Store.Find(id));
        Assert.Equal(
            (id, _user, MeasureKind.Ban, Reason.MinorSafety, "Because.", caseId, _admin),
            (taken.MeasureId, taken.UserId, taken.Kind, taken.Reason, taken.Text, taken.CaseId!.Value, taken.DecidedBy!.Value));
        Assert.True(taken.InForce);
        Assert.Equal(TimeSpan.FromHours(2), taken.Until - taken.TakenAt);
        var entry = Assert.Single(await Audit());
        Assert.Equal(("measure.ban", _admin, _user.ToString()), (entry.Action, entry.Actor!.Value, entry.Subject));
        Assert.Contains("minor_safety", entry.Detail);
    }

    [Fact]
    public async Task The_same_id_again_is_the_same_measure_and_no_second_entry()
    {
        var ban = New(MeasureKind.Ban);
        var first = await Store.Take(ban);

        Assert.Equal(first, await Store.Take(ban));
        await Store.Lift(ban.MeasureId, _admin, "A mistake.");
        Assert.False((await Store.Take(ban)).InForce); // repeating does not take it again

        Assert.Single(await Store.Of(_user));
        Assert.Equal(2, (await Audit()).Count);
    }

    [Fact]
    public async Task The_strictest_in_force_counts_and_then_the_one_that_lasts_longest()
    {
        await Store.Take(New(MeasureKind.Hold));
        Assert.Equal((MeasureKind.Hold, null), Brief(await Store.StandingOf(_user)));

        await Store.Take(New(MeasureKind.Ban, hours: 1));
        await Store.Take(New(MeasureKind.Ban, hours: 3));
        await Store.Take(New(MeasureKind.Ban, hours: 2));
        var standing = await Store.StandingOf(_user);
        Assert.Equal((MeasureKind.Ban, 3), Brief(standing));
        Assert.True(standing is { IsBanned: true, IsBarred: true, Appealable: true, Reason: Reason.Harassment, Text: "Because." });

        var forEver = New(MeasureKind.Ban);
        await Store.Take(forEver);
        Assert.Equal((forEver.MeasureId, null), ((await Store.StandingOf(_user)).MeasureId!.Value, (await Store.StandingOf(_user)).Until));
    }

    [Fact]
    public async Task A_measure_ends_at_its_time_and_not_before()
    {
        await Store.Take(New(MeasureKind.Ban, hours: 1));

        await World.Pass(TimeSpan.FromMinutes(59));
        Assert.True((await Store.StandingOf(_user)).IsBanned);
        await World.Pass(TimeSpan.FromMinutes(1));

        Assert.Equal(Standing.Free, await Store.StandingOf(_user));
        Assert.False(Assert.Single(await Store.Of(_user)).InForce);
        Assert.Null(await Store.Lift((await Store.Of(_user))[0].MeasureId, _admin, "Too late."));
    }

    [Fact]
    public async Task A_lifted_measure_is_over_once_and_says_by_whom()
    {
        var (ban, hold) = (New(MeasureKind.Ban), New(MeasureKind.Hold));
        await Store.Take(ban);
        await Store.Take(hold);

        var lifted = await Store.Lift(ban.MeasureId, _admin, "A mistake.");

        Assert.Equal((_admin, false), (lifted!.LiftedBy!.Value, lifted.InForce));
        Assert.NotNull(lifted.LiftedAt);
        Assert.Equal(MeasureKind.Hold, (await Store.StandingOf(_user)).Kind);
        Assert.Null(await Store.Lift(ban.MeasureId, _admin, "Again."));
        Assert.Null(await Store.Lift(Guid.NewGuid(), _admin, "Which?"));
        Assert.Equal(["measure.lift", "measure.hold", "measure.ban"], (await Audit()).Select(e => e.Action));
    }

    [Fact]
    public async Task A_warning_stands_until_it_is_seen_and_bars_nobody()
    {
        var (first, second) = (New(MeasureKind.Warn), New(MeasureKind.Warn));
        await Store.Take(first);
        await Store.Take(second);

        var standing = await Store.StandingOf(_user);
        Assert.Equal((MeasureKind.Warn, first.MeasureId, false, false), (standing.Kind, standing.MeasureId!.Value, standing.IsBarred, standing.Appealable));
        Assert.False(await Store.See(Guid.NewGuid(), first.MeasureId)); // somebody else's
        Assert.True(await Store.See(_user, first.MeasureId));
        Assert.Equal(second.MeasureId, (await Store.StandingOf(_user)).MeasureId);
        Assert.True(await Store.See(_user, second.MeasureId));
        Assert.True(await Store.See(_user, second.MeasureId));

        Assert.Equal(Standing.Free, await Store.StandingOf(_user));
        Assert.All(await Store.Of(_user), m => Assert.NotNull(m.SeenAt));
        await Store.Take(New(MeasureKind.Hold));
        Assert.Equal(MeasureKind.Hold, (await Store.StandingOf(_user)).Kind);
    }

    [Fact]
    public async Task Only_a_hold_is_taken_by_nobody()
    {
        Assert.Null((await Store.Take(New(MeasureKind.Hold) with { DecidedBy = null })).DecidedBy);
        Assert.Null(Assert.Single(await Audit()).Actor);

        await Assert.ThrowsAnyAsync<Exception>(() => Store.Take(New(MeasureKind.Ban) with { DecidedBy = null }));
        await Assert.ThrowsAnyAsync<Exception>(() => Store.Take(New(MeasureKind.Warn) with { DecidedBy = null }));
        Assert.Single(await Store.Of(_user));
    }

    [Fact]
    public async Task Holds_and_bans_are_counted_while_they_are_in_force()
    {
        var (holds, bans) = await Store.CountInForce();
        var ban = New(MeasureKind.Ban);
        await Store.Take(ban);
        await Store.Take(New(MeasureKind.Hold, hours: 1));
        await Store.Take(New(MeasureKind.Warn));
        Assert.Equal((holds + 1, bans + 1), await Store.CountInForce());

        await Store.Lift(ban.MeasureId, _admin, "No.");
        Assert.Equal((holds + 1, bans), await Store.CountInForce());
        await World.Pass(TimeSpan.FromHours(1));
        var later = await Store.CountInForce();
        Assert.True(later.Holds <= holds && later.Bans <= bans, $"{later} after {(holds, bans)}"); // others' run out too
    }

    [Fact]
    public async Task Of_many_those_are_named_who_do_not_stand_free()
    {
        var (held, free, over) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await Store.Take(New(MeasureKind.Hold) with { UserId = held });
        var lifted = New(MeasureKind.Ban) with { UserId = over };
        await Store.Take(lifted);
        await Store.Lift(lifted.MeasureId, _admin, "No.");

        var standings = await Store.StandingOf([held, free, over, held]);

        Assert.Equal([held], standings.Keys);
        Assert.Equal(MeasureKind.Hold, standings[held].Kind);
    }

    [Fact]
    public async Task What_was_changed_is_told_in_its_order_page_by_page()
    {
        var before = await Store.ChangedSince(null, null, 10);
        var bans = Enumerable.Range(0, 5).Select(_ => New(MeasureKind.Ban) with { UserId = Guid.NewGuid() }).ToList();
        foreach (var ban in bans)
        {
            await Store.Take(ban);
        }

        await Store.Lift(bans[1].MeasureId, _admin, "No.");

        var expected = new[] { bans[0], bans[2], bans[3], bans[4], bans[1] }.Select(b => b.MeasureId);
        var seen = new List<MeasureChange>();
        MeasureChanges page;
        do
        {
            page = await Store.ChangedSince(before.AskedAt, seen is [.., var last] ? last : null, 2);
            seen.AddRange(page.Changes);
        }
        while (page.Changes.Count == 2);

        Assert.True(page.AskedAt >= before.AskedAt);
        // In a world whose clock stands still all have one time, and the id decides.
        Assert.Equal(World.IsInMemory ? expected.Order() : expected, seen.Where(c => bans.Exists(b => b.UserId == c.UserId)).Select(c => c.MeasureId));
    }

    [Fact]
    public async Task A_login_says_what_stands_against_its_user()
    {
        var person = await World.Enter();
        var accounts = World.Get<IAccountStore>();
        Assert.Null((await accounts.FindSignedIn(person.Connection.SessionId))!.Mark);

        foreach (var kind in new[] { MeasureKind.Warn, MeasureKind.Hold, MeasureKind.Ban })
        {
            await Store.Take(New(kind) with { UserId = person.Id });
            Assert.Equal((Mark)kind, (await accounts.FindSignedIn(person.Connection.SessionId))!.Mark);
        }
    }

    private NewMeasure New(MeasureKind kind, int? hours = null) => new(
        Guid.NewGuid(), _user, kind, Reason.Harassment, "Because.", hours is { } h ? TimeSpan.FromHours(h) : null, null, _admin);

    private async Task<IReadOnlyList<AuditEntry>> Audit() =>
        await World.Get<IAuditStore>().Page(new AuditFilter(Subject: _user.ToString()), 100, null);

    private static (MeasureKind? Kind, int? Hours) Brief(Standing s) => (s.Kind, s.Remaining is { } r ? (int)Math.Round(r.TotalHours) : null);
}

public sealed class InMemoryMeasureStoreTests() : MeasureStoreContractTests(null)
{
    [Fact]
    public async Task At_the_bound_one_goes_that_is_over_or_else_the_oldest()
    {
        var store = World.Get<InMemoryMeasureStore>();
        var ids = new List<Guid>();
        for (var i = 0; i < InMemoryMeasureStore.MaxMeasures; i++)
        {
            ids.Add(Guid.NewGuid());
            await store.Take(new NewMeasure(ids[i], Guid.NewGuid(), MeasureKind.Hold, Reason.Spam, "x", null, null, null));
        }

        await store.Lift(ids[7], Guid.NewGuid(), "over");
        Assert.Equal((InMemoryMeasureStore.MaxMeasures, 0), store.Figures);
        await store.Take(new NewMeasure(Guid.NewGuid(), Guid.NewGuid(), MeasureKind.Hold, Reason.Spam, "x", null, null, null));
        Assert.Null(await store.Find(ids[7]));
        await store.Take(new NewMeasure(Guid.NewGuid(), Guid.NewGuid(), MeasureKind.Hold, Reason.Spam, "x", null, null, null));

        Assert.Null(await store.Find(ids[0]));
        Assert.NotNull(await store.Find(ids[1]));
        Assert.Equal((InMemoryMeasureStore.MaxMeasures, 2), store.Figures);
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresMeasureStoreTests(TestDatabase database) : MeasureStoreContractTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Old_servers_beside_this_one_still_find_the_functions_that_they_call()
    {
        // Names and arguments as the version before called them.
        foreach (var call in new[]
        {
            "select call_id, outcome, started_at, ends_at, conn_i, conn_o from start_calls(null, true, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', null, 'invite')",
            "select user_id, ticket_id, number, waited from join_queue('{}', '{}', '{}', '{}'::jsonb[], '{}')",
            "select outcome, invite_id, expires_at, remaining from create_invite(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'x', 300, 20.0)",
            "select call_id, reason from sweep_lost(interval '30 s', 1)",
        })
        {
            await World.Database.Execute(call);
        }
    }
}
