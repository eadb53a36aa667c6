using System.Collections.Concurrent;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Matching;

/// <summary>Invites and tickets of people on different instances.</summary>
[Trait("Category", "Postgres")]
public sealed class MatchingElsewhereTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    // Nobody is here who fits.
    private static readonly QueueWishes _alone = new(Wants: [Gender.Nonbinary], CallSeconds: 300);

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
    public async Task The_figures_for_everybody_are_of_all_instances_and_not_counted_for_everybody_who_asks()
    {
        var (a, _, c) = (await One.Enter(), await Two.Enter(), await Two.Enter());
        await Two.Connect(c, "another-tab");
        await One.Queue.Join(a.Connection, _alone);
        var calls = await Two.Database.One<int>("select count(*)::int from call where ended_at is null"); // other tests'
        var figures = Two.Get<LiveFigures>();
        Assert.Equal(new LiveStats(3, 1, calls), await figures.Read());

        await Two.Presence.Close(c.Connection);
        await One.Presence.Close(a.Connection);
        Assert.Equal(new LiveStats(3, 1, calls), await figures.Read());
        await Eventually.Holds(async () => await figures.Read() == new LiveStats(2, 0, calls));
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

    [Fact]
    public async Task Their_places_are_told_to_people_of_the_other_instance_in_one_message_to_that_one()
    {
        var people = await Two.Enter(40);
        var messages = new ConcurrentQueue<int>();
        Two.Get<ICarrier>().On(MatchingTopics.Places, places => messages.Enqueue(places.Length));
        One.Get<IOptions<MatchingOptions>>().Value.StatusEvery = TimeSpan.FromSeconds(1);
        await using (await Run<PairingWorker>(One))
        {
            await Eventually.Holds(() => One.Pairing.Epoch is not null);
            foreach (var person in people)
            {
                await Two.Queue.Join(person.Connection, _alone);
            }

            await Eventually.Holds(() => people.All(p => Two.Outbox.Told(p.Id.ToString(), "queueStatus").Count >= 2));
        }

        Assert.Contains(people.Length, messages);
        await Leave(Two, people);
    }

    [Fact]
    public async Task Whoever_does_not_lead_asks_once_for_all_who_wait_there()
    {
        var people = await Two.Enter(40);
        foreach (var person in people)
        {
            await Two.Queue.Join(person.Connection, _alone);
        }

        await using (await Run<PairingWorker>(One))
        {
            await Eventually.Holds(() => One.Pairing.Epoch is not null);
            await using (await Run<PairingWorker>(Two))
            {
                var before = Two.Get<AwayCallStore>().Reads;
                await Eventually.Holds(() => Two.Get<AwayCallStore>().Reads.OfMany >= before.OfMany + 2);
                Assert.Equal(before.OfOne, Two.Get<AwayCallStore>().Reads.OfOne);
            }
        }

        await Leave(Two, people);
    }

    [Fact]
    public async Task A_call_whose_beginning_nobody_told_is_found_by_who_does_not_lead()
    {
        var (a, b) = (await Two.Enter(), await Two.Enter());
        foreach (var person in new[] { a, b })
        {
            await Two.Queue.Join(person.Connection, _alone);
        }

        await using (await Run<PairingWorker>(One))
        {
            await Eventually.Holds(() => One.Pairing.Epoch is not null);
            Cut();
            var callId = await One.StartInStore(a, b);
            await using (await Run<PairingWorker>(Two))
            {
                Assert.Equal(callId, ((CallView)(await Told(Two, a.Connection.Id, "callStarted"))!).CallId);
                await Told(Two, b.Connection.Id, "callStarted");
            }
        }

        Assert.Equal(0, Two.Queue.Count);
    }

    private static async Task Leave(World world, Person[] people)
    {
        foreach (var person in people)
        {
            await world.Queue.Leave(person.Id);
        }
    }

    private async Task<(Person A, Person B, Guid InviteId)> Ring()
    {
        var (a, b) = (await One.Enter(), await Two.Enter());
        await Two.Presence.SetAvailable(b.Card, true);
        return (a, b, (await One.Invites.Invite(a.Connection, b.Id, 300)).Value!.InviteId);
    }
}
