using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Invariants;

/// <summary>Measures that are taken while their user is just doing something: whichever comes first, nothing is left of it.</summary>
public abstract class MeasureRaceTests(TestDatabase? database) : WorldTests(database)
{
    private const int Rounds = 60;

    [Fact]
    public Task A_ban_while_an_invite_is_accepted_leaves_neither_call_nor_invite() => Race.Rounds(Rounds, async i =>
    {
        var (a, b) = await Two();
        var invite = (await World.Invites.Invite(a.Connection, b.Id, 300)).Value!.InviteId;
        var banned = i % 2 == 0 ? a : b;

        await Race.Of(
            () => Take(banned, MeasureKind.Ban),
            () => Done(World.Invites.Accept(b.Connection, invite, 300)));

        await Eventually.Holds(async () => await World.CallStore.FindActive(a.Id) is null && (await World.InviteStore.LiveOf(a.Id)).Count == 0);
        Assert.Null(World.Get<LiveCalls>().OfUser(b.Id));
        // Who heard of a call heard of its end, once and why. (Of one that ended before it was told, perhaps of the end alone.)
        foreach (var person in new[] { a, b })
        {
            var ended = World.Outbox.Told(person.Id.ToString(), "callEnded").Cast<CallEnded>().Select(e => e.Reason).ToList();
            Assert.InRange(ended.Count, World.Outbox.Told(person.Connection.Id, "callStarted").Count, 1);
            Assert.All(ended, reason => Assert.Equal(EndReason.Banned, reason));
        }
    });

    [Fact]
    public Task A_measure_while_somebody_joins_leaves_no_ticket() => Race.Rounds(Rounds, async i =>
    {
        var person = await World.Enter();

        await Race.Of(
            () => Take(person, i % 2 == 0 ? MeasureKind.Hold : MeasureKind.Ban),
            () => Done(World.Queue.Join(person.Connection, null)));

        Assert.Null(await World.MatchStore.Find(person.Id));
        Assert.Null(World.Queue.Find(person.Id));
    });

    [Fact]
    public Task A_measure_while_two_are_matched_is_a_call_that_ends_or_none() => Race.Rounds(Rounds, async i =>
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var (mine, theirs) = (await World.JoinInStore(a), await World.JoinInStore(b));
        var pair = World.Pair(a, b) with { InitiatorTicket = mine, OtherTicket = theirs };
        var epoch = await World.Get<ILeadership>().Lead("matcher", TimeSpan.FromMinutes(1));

        await Race.Of(
            () => Take(i % 2 == 0 ? a : b, MeasureKind.Ban),
            () => Done(World.Calls.Start([pair], epoch, CallOrigin.Queue)));

        await Eventually.Holds(async () => await World.CallStore.FindActive(a.Id) is null);
        Assert.Null(World.Get<LiveCalls>().OfUser(a.Id));
    });

    [Fact]
    public Task A_ban_while_somebody_connects_refuses_or_closes_the_connection() => Race.Rounds(Rounds, async _ =>
    {
        var person = await World.Enter();
        var second = World.NewConnection(person.Id, session: person.Connection.SessionId);
        string? no = null;

        await Race.Of(() => Take(person, MeasureKind.Ban), async () => no = (await World.Presence.Open(second))?.Code);

        Assert.True(no is null or "banned", no);
        Assert.True(no is not null || World.Outbox.Told(second.Id, "banned").Count == 1, "nobody told it to go");
        Assert.Single(World.Outbox.Told(person.Connection.Id, "banned"));
        await World.Presence.Close(second);
    });

    [Fact]
    public Task A_measure_while_somebody_invites_or_is_invited_leaves_nothing_that_rings() => Race.Rounds(Rounds, async i =>
    {
        var (a, b) = await Two();

        await Race.Of(
            () => Take(i % 2 == 0 ? a : b, i % 4 < 2 ? MeasureKind.Hold : MeasureKind.Ban),
            () => Done(World.Invites.Invite(a.Connection, b.Id, 300)));

        await Eventually.Holds(async () => (await World.InviteStore.LiveOf(a.Id)).Count == 0);
        Assert.Null(World.Get<LiveInvites>().Between(a.Id, b.Id));
        Assert.Equal(
            World.Outbox.Told(b.Id.ToString(), "inviteReceived").Count, World.Outbox.Told(b.Id.ToString(), "inviteEnded").Count);
    });

    [Fact]
    public Task A_hold_while_somebody_becomes_available_leaves_them_unseen() => Race.Rounds(Rounds, async _ =>
    {
        var person = await World.Enter();

        await Race.Of(() => Take(person, MeasureKind.Hold), () => Done(World.Presence.SetAvailable(person.Card, true)));

        Assert.Null(await World.PresenceStore.AvailableSince(person.Id));
        Assert.DoesNotContain(person.Id, World.Get<Lobby>().Shown());
    });

    [Fact]
    public Task The_same_measure_taken_twice_at_once_is_one() => Race.Rounds(Rounds, async _ =>
    {
        var person = await World.Enter();
        var hold = New(person, MeasureKind.Hold);

        var taken = await Race.Of(() => World.Get<Measures>().Take(hold), () => World.Get<Measures>().Take(hold));

        Assert.Single(taken.Select(t => t.Value).Distinct());
        Assert.Single(await World.Get<Measures>().Of(person.Id));
        Assert.Single(World.Outbox.Told(person.Id.ToString(), "standingChanged"));
    });

    [Fact]
    public Task Taken_and_lifted_at_once_by_several_the_last_word_is_that_of_the_rows() => Race.Rounds(Rounds, async _ =>
    {
        var (person, measures) = (await World.Enter(), World.Get<Measures>());
        var first = (await measures.Take(New(person, MeasureKind.Hold))).Value!;

        await Race.Of(
            () => Done(measures.Lift(first.MeasureId, Guid.NewGuid(), "Fine.")),
            () => Done(measures.Take(New(person, MeasureKind.Hold))));

        var standing = await measures.StandingOf(person.Id);
        Assert.Equal(standing.MeasureId, measures.Known(person.Id)!.MeasureId);
        Assert.Equal(standing.MeasureId, Assert.IsType<StandingChanged>(World.Outbox.Told(person.Id.ToString(), "standingChanged")[^1]).Standing!.MeasureId);
    });

    [Fact]
    public Task A_ban_while_the_call_ends_by_itself_ends_it_once() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = await Two();
        var invite = (await World.Invites.Invite(a.Connection, b.Id, 300)).Value!.InviteId;
        var call = (await World.Invites.Accept(b.Connection, invite, 300)).Value!.CallId;

        await Race.Of(() => Take(a, MeasureKind.Ban), () => Done(World.Ending.HangUp(b.Id, call, EndReason.Hangup)));

        var reasons = new[] { a, b }.Select(p => Assert.Single(World.Outbox.Told(p.Id.ToString(), "callEnded").Cast<CallEnded>()).Reason).Distinct();
        Assert.Contains(Assert.Single(reasons), new[] { EndReason.Banned, EndReason.Hangup });
    });

    private async Task<(Person A, Person B)> Two()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.PresenceStore.SetAvailable(a.Id, true);
        await World.PresenceStore.SetAvailable(b.Id, true);
        return (a, b);
    }

    private static async Task Done<T>(Task<T> work) => await work;

    private static NewMeasure New(Person person, MeasureKind kind) =>
        new(Guid.NewGuid(), person.Id, kind, Reason.Spam, "Because.", null, null, Guid.NewGuid());

    private async Task Take(Person person, MeasureKind kind) => Assert.Null((await World.Get<Measures>().Take(New(person, kind))).No);
}

public sealed class InMemoryMeasureRaceTests() : MeasureRaceTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresMeasureRaceTests(TestDatabase database) : MeasureRaceTests(database), IClassFixture<TestDatabase>;
