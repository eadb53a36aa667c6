using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Invariants;

/// <summary>What becomes of somebody about whom something is done, in every part of the server.</summary>
public abstract class MeasureTests(TestDatabase? database) : WorldTests(database)
{
    private readonly Guid _admin = Guid.NewGuid();

    private Measures Measures => World.Get<Measures>();

    [Fact]
    public async Task A_ban_ends_the_call_for_both_and_closes_every_tab_afterwards()
    {
        var (a, b) = await Call();
        var second = await World.Connect(a);

        await Take(a, MeasureKind.Ban);

        foreach (var person in new[] { a, b })
        {
            var ended = Assert.Single(World.Outbox.Told(person.Id.ToString(), "callEnded").Cast<CallEnded>());
            Assert.Equal(EndReason.Banned, ended.Reason);
        }

        Assert.Null(await World.CallStore.FindActive(a.Id));
        foreach (var connection in new[] { a.Connection, second })
        {
            var banned = Assert.Single(World.Outbox.Told(connection.Id, "banned").Cast<Banned>());
            Assert.Equal((Reason.Threats, "Because.", true, null), (banned.Reason, banned.Text, banned.Appealable, banned.Until));
            Assert.Equal(["callEnded", "banned"], World.Outbox.Names(a.Id.ToString(), connection.Id).Where(n => n is "callEnded" or "banned"));
        }

        Assert.Empty(World.Outbox.Told(b.Connection.Id, "banned"));
        Assert.Null(await World.Presence.Open(World.NewConnection(b.Id, session: b.Connection.SessionId)));
    }

    [Fact]
    public async Task Who_is_banned_does_not_come_in_hears_why_and_comes_in_as_soon_as_it_is_lifted()
    {
        var person = await World.Enter();
        var ban = await Take(person, MeasureKind.Ban, TimeSpan.FromHours(1));
        await World.Presence.Close(person.Connection);

        var no = await World.Presence.Open(World.NewConnection(person.Id, session: person.Connection.SessionId));

        Assert.Equal("banned", no!.Code);
        Assert.Equal(["appealable", "reason", "remainingSeconds", "text", "until"], no.More!.Keys.Order());
        Assert.Equal(("threats", "Because.", true), (no.More["reason"], no.More["text"], no.More["appealable"]));
        Assert.InRange((int)no.More["remainingSeconds"]!, 3595, 3600);

        await Measures.Lift(ban, _admin, "A mistake.");
        Assert.Null(await World.Presence.Open(World.NewConnection(person.Id, session: person.Connection.SessionId)));
    }

    [Fact]
    public async Task A_ban_is_over_at_its_time_by_the_clock_of_the_store()
    {
        var person = await World.Enter();
        await Take(person, MeasureKind.Ban, TimeSpan.FromHours(1));
        await World.Presence.Close(person.Connection);

        await World.Pass(TimeSpan.FromMinutes(59));
        Assert.Equal("banned", (await World.Presence.Open(World.NewConnection(person.Id, session: person.Connection.SessionId)))?.Code);
        await World.Pass(TimeSpan.FromMinutes(1));

        var back = World.NewConnection(person.Id, session: person.Connection.SessionId);
        Assert.Null(await World.Presence.Open(back));
        Assert.Null((await World.Queue.Join(back, null)).No); // the copy still says banned, and is asked about
    }

    [Fact]
    public async Task Who_is_held_leaves_the_queue_the_lobby_and_their_invites_and_keeps_their_connection()
    {
        var (held, asks, asked) = (await World.Enter(), await World.Enter(), await World.Enter());
        await Available(held, asks, asked);
        var (to, from) = (await Invite(asks, held), await Invite(held, asked));
        Assert.Null((await World.Queue.Join(held.Connection, null)).No);

        await Take(held, MeasureKind.Hold);

        Assert.Null(await World.MatchStore.Find(held.Id));
        Assert.Empty(World.Queue.Mine);
        Assert.Null(await World.PresenceStore.AvailableSince(held.Id));
        Assert.DoesNotContain(held.Id, World.Get<Lobby>().Shown());
        foreach (var (invite, other) in new[] { (to, asks), (from, asked) })
        {
            Assert.Equal(InviteOutcome.Unavailable, (await World.InviteStore.Find(invite))!.Outcome);
            Assert.Single(World.Outbox.Told(other.Id.ToString(), "inviteEnded"));
        }

        Assert.Empty(World.Outbox.Told(held.Connection.Id, "banned"));
        var told = Assert.IsType<StandingChanged>(Assert.Single(World.Outbox.Told(held.Id.ToString(), "standingChanged")));
        Assert.Equal((MeasureKind.Hold, "Because.", true), (told.Standing!.Kind, told.Standing.Text, told.Standing.Appealable));
    }

    [Fact]
    public async Task Who_is_held_meets_nobody_until_it_is_lifted()
    {
        var (held, other) = (await World.Enter(), await World.Enter());
        await Available(held, other);
        var measure = await Take(held, MeasureKind.Hold);

        Assert.Equal("held", (await World.Queue.Join(held.Connection, null)).No?.Code);
        Assert.Equal("held", (await World.Invites.Invite(held.Connection, other.Id, 300)).No?.Code);
        Assert.Equal("held", (await World.Invites.Accept(held.Connection, Guid.NewGuid(), 300)).No?.Code);
        Assert.Equal("held", (await World.Presence.SetAvailable(held.Card, true)).No?.Code);
        Assert.Null((await World.Presence.SetAvailable(held.Card, false)).No);
        // To others they look like anybody who is not available.
        Assert.Equal(MatchingRefusals.Unavailable, (await World.Invites.Invite(other.Connection, held.Id, 300)).No);
        Assert.Null(await World.Presence.Open(World.NewConnection(held.Id, session: held.Connection.SessionId)));

        await Measures.Lift(measure, _admin, "Fine.");

        Assert.Null((await World.Queue.Join(held.Connection, null)).No);
        Assert.Null((await World.Presence.SetAvailable(held.Card, true)).No);
        Assert.Null(Assert.IsType<StandingChanged>(World.Outbox.Told(held.Id.ToString(), "standingChanged")[^1]).Standing);
    }

    [Fact]
    public async Task A_hold_and_a_warning_let_a_call_go_on()
    {
        var (a, b) = await Call();

        await Take(a, MeasureKind.Warn);
        await Take(a, MeasureKind.Hold);

        Assert.NotNull(await World.CallStore.FindActive(a.Id));
        Assert.Empty(World.Outbox.Told(b.Id.ToString(), "callEnded"));
        Assert.Equal(2, World.Outbox.Told(a.Id.ToString(), "standingChanged").Count);
        Assert.Equal("held", (await World.Queue.Join(a.Connection, null)).No?.Code);
    }

    [Fact]
    public async Task A_standing_is_told_on_resuming_and_a_warning_until_it_is_seen()
    {
        var person = await World.Enter();
        Assert.Null((await Resume(person.Connection)).Standing);
        var warning = await Take(person, MeasureKind.Warn);

        Assert.Equal((MeasureKind.Warn, warning), ((await Resume(person.Connection)).Standing!.Kind, (await Resume(person.Connection)).Standing!.MeasureId));
        var second = await World.Connect(person); // comes in with it
        Assert.Equal(warning, (await Resume(second)).Standing!.MeasureId);

        Assert.Equal("not_found", (await Measures.See(Guid.NewGuid(), warning)).No?.Code);
        Assert.Null((await Measures.See(person.Id, warning)).No);

        Assert.Null((await Resume(person.Connection)).Standing);
        Assert.Null((await Resume(second)).Standing);
        Assert.Null(Assert.IsType<StandingChanged>(World.Outbox.Told(person.Id.ToString(), "standingChanged")[^1]).Standing);
    }

    [Fact]
    public async Task The_rows_say_no_where_nobody_has_heard_of_it()
    {
        var (barred, other) = (await World.Enter(), await World.Enter());
        await Available(barred, other);
        var invite = await Invite(other, barred);
        var call = World.Pair(barred, other);
        // In the store alone, as if another instance had taken it and died.
        await World.Get<IMeasureStore>().Take(New(barred, MeasureKind.Hold));

        Assert.Equal("held", (await World.Queue.Join(barred.Connection, null)).No?.Code);
        Assert.Null(await World.MatchStore.Find(barred.Id));
        Assert.Equal(StartOutcome.Blocked, (await World.CallStore.Start([call], null, CallOrigin.Invite))[0].Outcome);
        Assert.Equal(MatchingRefusals.Unavailable, (await World.Invites.Accept(barred.Connection, invite, 300)).No);
        Assert.Equal(MatchingRefusals.Unavailable, (await World.Invites.Invite(other.Connection, barred.Id, 300)).No);
        Assert.Equal("held", (await World.Presence.SetAvailable(barred.Card, true)).No?.Code);
    }

    [Fact]
    public async Task Who_waits_on_and_is_held_is_not_matched()
    {
        var (held, other) = (await World.Enter(), await World.Enter());
        var (mine, theirs) = (await World.JoinInStore(held), await World.JoinInStore(other));
        await World.Get<IMeasureStore>().Take(New(held, MeasureKind.Hold));

        var pair = World.Pair(held, other) with { InitiatorTicket = mine, OtherTicket = theirs };
        var epoch = await World.Get<ILeadership>().Lead("matcher", TimeSpan.FromSeconds(10));
        Assert.Equal(StartOutcome.Ticket, (await World.CallStore.Start([pair], epoch, CallOrigin.Queue))[0].Outcome);

        Assert.NotNull(await World.MatchStore.Find(other.Id));
        await World.Queue.Leave(held.Id); // embedded the ticket goes with the word of it
    }

    [Fact]
    public async Task A_call_of_somebody_banned_that_nobody_ended_is_swept()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.StartInStore(a, b);
        await World.Get<IMeasureStore>().Take(New(a, MeasureKind.Ban));

        var swept = await World.CallStore.Sweep(World.Grace, 100);

        Assert.Contains(swept, s => s.Reason == EndReason.Banned);
        await World.Sweep();
        Assert.Null(await World.CallStore.FindActive(b.Id));
    }

    [Fact]
    public async Task What_has_been_carried_out_is_not_told_again()
    {
        var person = await World.Enter();
        await Take(person, MeasureKind.Hold);

        await World.Get<MeasureWatch>().Look();
        await Measures.Announce(person.Id);
        await World.Get<MeasureWatch>().Look();

        Assert.Single(World.Outbox.Told(person.Id.ToString(), "standingChanged"));
    }

    [Fact]
    public async Task A_measure_needs_a_text_and_an_id_of_its_own()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var ban = New(a, MeasureKind.Ban);

        Assert.Equal("text", (await Measures.Take(ban with { Text = " " })).No?.Field);
        Assert.Equal("text", (await Measures.Take(ban with { Text = new string('x', 501) })).No?.Field);
        Assert.Equal("durationSeconds", (await Measures.Take(ban with { Duration = TimeSpan.Zero })).No?.Field);
        Assert.Equal("durationSeconds", (await Measures.Take(ban with { Kind = MeasureKind.Warn, Duration = TimeSpan.FromHours(1) })).No?.Field);
        Assert.Null((await Measures.Take(ban with { Text = new string('x', 500) })).No);
        Assert.Equal("measureId", (await Measures.Take(ban with { UserId = b.Id })).No?.Field);
        Assert.False((await Measures.StandingOf(b.Id)).IsBarred);
        Assert.Equal("already_decided", (await Lifted(ban.MeasureId)) ?? (await Lifted(ban.MeasureId)));
        Assert.Equal("not_found", await Lifted(Guid.NewGuid()));
    }

    [Fact]
    public async Task An_appeal_that_is_granted_lets_its_user_in_at_once()
    {
        var person = await World.Enter();
        await Take(person, MeasureKind.Ban);
        await World.Presence.Close(person.Connection);
        var appeals = World.Get<Appeals>();
        var changed = 0;
        appeals.Changed += () => changed++;

        Assert.Equal("text", (await appeals.File(person.Id, new AppealRequest("\n"))).No?.Field);
        var filed = (await appeals.File(person.Id, new AppealRequest("It was not me.\r\nIt was my brother."))).Value!.AppealId;
        Assert.Equal("appeal_exists", (await appeals.File(person.Id, new AppealRequest("It was not me."))).No?.Code);
        Assert.Equal("It was not me.\nIt was my brother.", (await appeals.StandingOf(person.Id)).Appeal!.Text);
        Assert.Equal("same_decider", (await appeals.Decide(filed, _admin, AppealOutcome.Granted, "Fine.")).No?.Code);
        Assert.Equal("answer", (await appeals.Decide(filed, Guid.NewGuid(), AppealOutcome.Granted, "")).No?.Field);
        Assert.Null((await appeals.Decide(filed, Guid.NewGuid(), AppealOutcome.Granted, "Fine.")).No);
        Assert.Equal("already_decided", (await appeals.Decide(filed, Guid.NewGuid(), AppealOutcome.Granted, "Fine.")).No?.Code);

        Assert.Equal(2, changed);
        var standing = await appeals.StandingOf(person.Id);
        Assert.Null(standing.Standing);
        Assert.Equal((AppealOutcome.Granted, "Fine."), (standing.Appeal!.Outcome!.Value, standing.Appeal.Answer));
        Assert.Null(await World.Presence.Open(World.NewConnection(person.Id, session: person.Connection.SessionId)));
        Assert.Equal("nothing_to_appeal", (await appeals.File(person.Id, new AppealRequest("Why?"))).No?.Code);
    }

    private async Task<string?> Lifted(Guid measureId) => (await Measures.Lift(measureId, _admin, "Fine.")).No?.Code;

    private Task<ResumeValue> Resume(Connection connection) => World.Get<Resuming>().Snapshot(connection, takeCall: false);

    private async Task Available(params Person[] people)
    {
        foreach (var person in people)
        {
            Assert.Null((await World.Presence.SetAvailable(person.Card, true)).No);
        }
    }

    private async Task<Guid> Invite(Person from, Person to) => (await World.Invites.Invite(from.Connection, to.Id, 300)).Value!.InviteId;

    private async Task<(Person A, Person B)> Call()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await Available(b);
        Assert.Null((await World.Invites.Accept(b.Connection, await Invite(a, b), 300)).No);
        return (a, b);
    }

    private NewMeasure New(Person person, MeasureKind kind, TimeSpan? duration = null) =>
        new(Guid.NewGuid(), person.Id, kind, Reason.Threats, "Because.", duration, null, _admin);

    private async Task<Guid> Take(Person person, MeasureKind kind, TimeSpan? duration = null) =>
        (await Measures.Take(New(person, kind, duration))).Value!.MeasureId;
}

public sealed class InMemoryMeasureTests() : MeasureTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresMeasureTests(TestDatabase database) : MeasureTests(database), IClassFixture<TestDatabase>;
