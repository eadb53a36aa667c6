using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Platform.Refusals;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Invariants;

/// <summary>Two people who answer, take back and cross invites at the same moment.</summary>
public abstract class InviteRaceTests(TestDatabase? database) : WorldTests(database)
{
    private const int Rounds = 60;

    [Fact]
    public Task Accepted_in_two_tabs_at_once_it_is_one_call_and_both_hear_of_the_same() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = await Two();
        var invite = await Invite(a, b);
        var second = await World.Connect(b);

        var accepted = await Race.Of(
            () => World.Invites.Accept(b.Connection, invite, 300), () => World.Invites.Accept(second, invite, 300));

        Assert.All(accepted, x => Assert.Null(x.No));
        Assert.Single(accepted.Select(x => x.Value!.CallId).Distinct());
        Assert.Equal(accepted[0].Value!.CallId, (await World.CallStore.FindActive(a.Id))!.CallId);
        await InviteEndedOnce(invite, a, b, InviteOutcome.Accepted);
    });

    [Fact]
    public Task Accepted_while_it_is_taken_back_it_is_a_call_or_taken_back_but_not_both() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = await Two();
        var invite = await Invite(a, b);
        await AcceptAgainst(a, b, invite, InviteOutcome.Rescinded, () => World.Invites.Rescind(a.Id, invite));
    });

    [Fact]
    public Task Accepted_in_one_tab_and_declined_in_the_other_it_is_one_of_both() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = await Two();
        var invite = await Invite(a, b);
        await AcceptAgainst(a, b, invite, InviteOutcome.Declined, () => World.Invites.Decline(b.Id, invite));
    });

    [Fact]
    public Task Two_who_ask_each_other_at_once_are_in_one_call_or_one_asks_again() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = await Two();

        var asked = await Race.Of(
            () => World.Invites.Invite(a.Connection, b.Id, 300), () => World.Invites.Invite(b.Connection, a.Id, 300));

        // The second to ask accepts the first one's invite.
        Assert.All(asked, x => Assert.Null(x.No));
        Assert.Single(asked.Select(x => x.Value!.InviteId).Distinct());
        var call = Assert.Single(asked, x => x.Value!.CallId is not null).Value!.CallId;
        Assert.Equal(call, (await World.CallStore.FindActive(a.Id))!.CallId);
        Assert.Equal(call, (await World.CallStore.FindActive(b.Id))!.CallId);
        Assert.Empty(await World.InviteStore.LiveOf(a.Id));
    });

    [Fact]
    public Task Asked_twice_at_once_it_rings_once() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = await Two();

        var asked = await Race.Of(
            () => World.Invites.Invite(a.Connection, b.Id, 300), () => World.Invites.Invite(a.Connection, b.Id, 300));

        Assert.Single(asked.Select(x => x.Value!.InviteId).Distinct());
        Assert.Single(World.Outbox.Told(b.Id.ToString(), "inviteReceived"));
        Assert.Single(await World.InviteStore.LiveOf(b.Id));
    });

    [Fact]
    public Task Two_invites_of_one_person_accepted_at_once_make_one_call() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = await Two();
        var (c, _) = await Two();
        var (toB, toC) = (await Invite(a, b), await Invite(a, c));

        var accepted = await Race.Of(
            () => World.Invites.Accept(b.Connection, toB, 300), () => World.Invites.Accept(c.Connection, toC, 300));

        var made = Assert.Single(accepted, x => x.No is null).Value!.CallId;
        Assert.Equal(made, (await World.CallStore.FindActive(a.Id))!.CallId);
        Assert.Equal(1, await Seated(b, c));
    });

    [Fact]
    public Task Who_joins_while_an_invite_of_theirs_is_accepted_does_not_wait_beside_the_call() => Race.Rounds(Rounds, async i =>
    {
        var (a, b) = await Two();
        var invite = await Invite(a, b);
        var joining = i % 2 == 0 ? a : b;

        await Race.Of(
            async () => Assert.Null((await World.Invites.Accept(b.Connection, invite, 300)).No),
            async () =>
            {
                var joined = await World.Queue.Join(joining.Connection, null);
                Assert.True(joined.No is null || joined.No == MatchingRefusals.Busy);
            });

        Assert.NotNull(await World.CallStore.FindActive(joining.Id));
        Assert.Null(await World.MatchStore.Find(joining.Id));
        Assert.DoesNotContain(World.Queue.Mine, m => m.Ticket.UserId == joining.Id);
    });

    [Fact]
    public Task A_block_while_the_invite_is_accepted_leaves_neither_call_nor_invite() => Race.Rounds(Rounds, async i =>
    {
        var (a, b) = await Two();
        var invite = await Invite(a, b);
        var (blocker, blocked) = i % 2 == 0 ? (a, b) : (b, a);

        await Race.Of(
            async () => Assert.Null((await World.Safety.Block(blocker.Id, blocked.Id)).No),
            () => World.Invites.Accept(b.Connection, invite, 300));

        await Until(async () => await World.CallStore.FindActive(a.Id) is null && (await World.InviteStore.LiveOf(a.Id)).Count == 0);
        Assert.Null(World.Get<LiveCalls>().OfUser(b.Id));
        Assert.Equal(MatchingRefusals.Unavailable, (await World.Invites.Invite(a.Connection, b.Id, 300)).No);
    });

    private async Task AcceptAgainst(Person a, Person b, Guid invite, InviteOutcome other, Func<Task<Outcome<Nothing>>> close)
    {
        Outcome<AcceptValue> accepted = default;
        Outcome<Nothing> closed = default;
        await Race.Of(async () => accepted = await World.Invites.Accept(b.Connection, invite, 300), async () => closed = await close());

        var won = accepted.No is null;
        Assert.Equal(won, closed.No is not null);
        Assert.Equal(won ? 2 : 0, await Seated(a, b));
        Assert.True(won || accepted.No == MatchingRefusals.InviteGone || accepted.No!.Code == MatchingRefusals.Cooldown.Code, accepted.No?.Code);
        await InviteEndedOnce(invite, a, b, won ? InviteOutcome.Accepted : other);
    }

    private async Task InviteEndedOnce(Guid invite, Person a, Person b, InviteOutcome outcome)
    {
        Assert.Equal(outcome, (await World.InviteStore.Find(invite))!.Outcome);
        foreach (var person in new[] { a, b })
        {
            var told = World.Outbox.Told(person.Id.ToString(), "inviteEnded").Cast<InviteEnded>().Where(e => e.InviteId == invite);
            Assert.Equal([outcome], told.Select(e => e.Outcome));
        }
    }

    private async Task<int> Seated(params Person[] people)
    {
        var count = 0;
        foreach (var person in people)
        {
            count += await World.CallStore.FindActive(person.Id) is null ? 0 : 1;
        }

        return count;
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var attempt = 0; attempt < 200; attempt++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(10);
        }

        Assert.Fail("It did not come true within two seconds.");
    }

    private async Task<(Person A, Person B)> Two()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.PresenceStore.SetAvailable(a.Id, true);
        await World.PresenceStore.SetAvailable(b.Id, true);
        return (a, b);
    }

    private async Task<Guid> Invite(Person from, Person to) =>
        (await World.Invites.Invite(from.Connection, to.Id, 300)).Value!.InviteId;
}

public sealed class InMemoryInviteRaceTests() : InviteRaceTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresInviteRaceTests(TestDatabase database) : InviteRaceTests(database), IClassFixture<TestDatabase>;
