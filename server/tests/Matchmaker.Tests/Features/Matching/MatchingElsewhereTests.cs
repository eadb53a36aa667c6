using Matchmaker.Features.Matching;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Matching;

/// <summary>Invites and tickets of people on different instances.</summary>
[Trait("Category", "Postgres")]
public sealed class MatchingElsewhereTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task An_invite_rings_on_the_other_instance_longer_if_extended_and_both_hear_how_it_ends()
    {
        var (a, b, id) = await Ring();
        Assert.Equal(id, ((InviteView)(await Told(Two, b.Id.ToString(), "inviteReceived"))!).InviteId);

        Assert.NotNull((await One.Invites.Extend(a.Id, id)).Value);
        await Told(One, a.Id.ToString(), "inviteExtended");
        await Told(Two, b.Id.ToString(), "inviteExtended");

        Assert.NotNull((await Two.Invites.Decline(b.Id, id)).Value);
        var theirs = (InviteEnded)(await Told(Two, b.Id.ToString(), "inviteEnded"))!;
        var mine = (InviteEnded)(await Told(One, a.Id.ToString(), "inviteEnded"))!;
        Assert.Equal((theirs.InviteId, InviteOutcome.Declined), (mine.InviteId, mine.Outcome));
        Assert.Equal(theirs.CooldownUntil!.Value.ToUnixTimeMilliseconds(), mine.CooldownUntil!.Value.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task One_that_rings_out_is_told_once_to_each_whichever_clock_was_first()
    {
        var (a, b, id) = await Ring();
        await Told(Two, b.Id.ToString(), "inviteReceived");
        await One.Pass(TimeSpan.FromSeconds(30));

        await Task.WhenAll(One.Get<LiveInvites>().End(id, InviteOutcome.Expired, null), Two.Get<LiveInvites>().End(id, InviteOutcome.Expired, null));

        Assert.Equal(InviteOutcome.Expired, ((InviteEnded)(await Told(One, a.Id.ToString(), "inviteEnded"))!).Outcome);
        Assert.Equal(InviteOutcome.Expired, ((InviteEnded)(await Told(Two, b.Id.ToString(), "inviteEnded"))!).Outcome);
        Assert.Empty(One.Get<LiveInvites>().All());
        Assert.Empty(Two.Get<LiveInvites>().All());
    }

    [Fact]
    public async Task An_accepted_one_ends_as_accepted_on_both()
    {
        var (a, b, _) = await Call();

        Assert.Equal(InviteOutcome.Accepted, ((InviteEnded)(await Told(One, a.Id.ToString(), "inviteEnded"))!).Outcome);
        Assert.Equal(InviteOutcome.Accepted, ((InviteEnded)(await Told(Two, b.Id.ToString(), "inviteEnded"))!).Outcome);
    }

    [Fact]
    public async Task What_was_asked_and_taken_back_while_nothing_could_be_heard_is_found_in_the_rows()
    {
        Cut();
        var (a, b, id) = await Ring();
        await CatchUp(Two);
        await CatchUp(Two);
        Assert.Equal(id, ((InviteView)(await Told(Two, b.Id.ToString(), "inviteReceived"))!).InviteId);

        await One.Invites.Rescind(a.Id, id);
        await CatchUp(Two);
        await CatchUp(Two);

        Assert.Equal(InviteOutcome.Rescinded, ((InviteEnded)(await Told(Two, b.Id.ToString(), "inviteEnded"))!).Outcome);
        await Mend();
        await Told(Two, b.Id.ToString(), "inviteEnded");
    }

    [Fact]
    public async Task A_ticket_that_moved_or_left_through_the_other_instance_no_longer_counts_here()
    {
        var a = await One.Enter();
        var tab = await Two.Connect(a);
        await One.Queue.Join(a.Connection, null);
        await Two.Queue.Join(tab, null);
        await Eventually.Holds(() => One.Queue.Find(a.Id) is null);
        Assert.NotNull(Two.Queue.Find(a.Id));

        await One.Queue.Leave(a.Id);
        await Eventually.Holds(() => Two.Queue.Find(a.Id) is null);
    }

    [Fact]
    public async Task A_ticket_that_moved_or_left_while_nothing_could_be_heard_is_found_gone_in_the_rows()
    {
        var (a, b, c) = (await One.Enter(), await One.Enter(), await One.Enter());
        var tab = await Two.Connect(a);
        foreach (var person in new[] { a, b, c })
        {
            await One.Queue.Join(person.Connection, null);
        }

        Cut();
        await Two.Queue.Join(tab, null);
        await Two.Queue.Leave(b.Id);
        Assert.NotNull(One.Queue.Find(a.Id));
        await CatchUp(One);

        Assert.Null(One.Queue.Find(a.Id));
        Assert.Null(One.Queue.Find(b.Id));
        Assert.NotNull(One.Queue.Find(c.Id));
        Assert.NotNull(Two.Queue.Find(a.Id));
    }

    [Fact]
    public async Task A_ticket_is_not_on_hold_while_its_user_has_a_tab_elsewhere()
    {
        var a = await One.Enter();
        await Two.Connect(a);
        await One.Queue.Join(a.Connection, null);

        await One.Presence.Close(a.Connection);

        Assert.Null(One.Queue.Find(a.Id));
        Assert.NotNull(await One.MatchStore.Find(a.Id));
    }

    private async Task<(Person A, Person B, Guid InviteId)> Ring()
    {
        var (a, b) = (await One.Enter(), await Two.Enter());
        await Two.Presence.SetAvailable(b.Card, true);
        return (a, b, (await One.Invites.Invite(a.Connection, b.Id, 300)).Value!.InviteId);
    }
}
