using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Calls;

/// <summary>What every call store promises about how calls begin, and who they belong to.</summary>
public abstract class CallStoreContractTests(TestDatabase? database) : WorldTests(database)
{
    private protected ICallStore Store => World.CallStore;

    private protected async Task<StartedCall> Start(CallPair pair, long? epoch = null) =>
        Assert.Single(await Store.Start([pair], epoch, epoch is null ? CallOrigin.Invite : CallOrigin.Queue));

    private protected async Task<StartOutcome> Try(CallPair pair, long? epoch = null) => (await Start(pair, epoch)).Outcome;

    /// <summary>An epoch that leads now.</summary>
    private protected virtual Task<long> Epoch() => Task.FromResult(1L);

    private static CallPair Of(Person a, Guid ticketA, Person b, Guid ticketB) =>
        World.Pair(a, b) with { InitiatorTicket = ticketA, OtherTicket = ticketB };

    [Fact]
    public async Task A_started_call_is_the_active_call_of_both()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var pair = World.Pair(a, b, callSeconds: 120);

        var started = await Start(pair);

        Assert.Equal(StartOutcome.Started, started.Outcome);
        Assert.Equal(TimeSpan.FromSeconds(120), started.EndsAt - started.StartedAt);
        Assert.Equal((a.Connection.Id, b.Connection.Id), (started.InitiatorConnection, started.OtherConnection));
        foreach (var active in new[] { await Store.FindActive(a.Id), await Store.FindActive(b.Id) })
        {
            Assert.NotNull(active);
            Assert.Equal((pair.CallId, CallOrigin.Invite, 120, 1), (active.CallId, active.Origin, active.CallSeconds, active.Rev));
            Assert.Equal((a.Id, a.Connection.Id, false), (active.Initiator.Card.Id, active.Initiator.ConnectionId, active.Initiator.Away));
            Assert.Equal((b.Id, b.Connection.Id, false), (active.Other.Card.Id, active.Other.ConnectionId, active.Other.Away));
            Assert.InRange(active.Remaining, TimeSpan.FromSeconds(110), TimeSpan.FromSeconds(120));
        }
    }

    [Fact]
    public async Task A_call_takes_the_tickets_of_both_and_keeps_their_wishes()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.JoinInStore(a, new QueueWishes(Languages: ["en"], CallSeconds: 300));
        await World.JoinInStore(b);

        Assert.Equal(StartOutcome.Started, await Try(World.Pair(a, b)));

        Assert.Null(await World.MatchStore.Find(a.Id));
        Assert.Null(await World.MatchStore.Find(b.Id));
        Assert.Contains("\"en\"", (await Store.FindActive(a.Id))!.Initiator.Wishes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_matcher_starts_a_call_with_the_tickets_that_it_names()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var pair = Of(a, await World.JoinInStore(a), b, await World.JoinInStore(b));

        Assert.Equal(StartOutcome.Started, await Try(pair, await Epoch()));
        Assert.Equal(CallOrigin.Queue, (await Store.FindActive(b.Id))!.Origin);
        Assert.Null(await World.MatchStore.Find(a.Id));
    }

    [Fact]
    public async Task A_ticket_that_is_gone_or_newer_gives_the_pair_back()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var (old, other) = (await World.JoinInStore(a), await World.JoinInStore(b));
        var current = await World.JoinInStore(a);

        Assert.Equal(StartOutcome.Ticket, await Try(Of(a, old, b, other), await Epoch()));
        await World.MatchStore.Leave(b.Id);
        Assert.Equal(StartOutcome.Ticket, await Try(Of(a, current, b, other), await Epoch()));
        Assert.Equal(current, (await World.MatchStore.Find(a.Id))!.TicketId);
        Assert.Null(await Store.FindActive(a.Id));
    }

    [Fact]
    public async Task Somebody_who_sits_in_a_call_is_not_put_into_another()
    {
        var (a, b, c) = (await World.Enter(), await World.Enter(), await World.Enter());
        var first = await World.StartInStore(a, b);

        Assert.Equal(StartOutcome.Seated, await Try(World.Pair(b, c)));
        Assert.Equal(StartOutcome.Seated, await Try(World.Pair(c, a)));
        Assert.Null(await Store.FindActive(c.Id));
        Assert.Equal(first, (await Store.FindActive(b.Id))!.CallId);
        Assert.Equal(StartOutcome.Started, await Try(World.Pair(c, await World.Enter())));
    }

    [Fact]
    public async Task Somebody_without_a_connection_is_put_into_no_call()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.PresenceStore.Close(b.Connection.Id);

        Assert.Equal(StartOutcome.Offline, await Try(World.Pair(a, b)));
        Assert.Equal(StartOutcome.Offline, await Try(World.Pair(b, a)));
        Assert.Null(await Store.FindActive(a.Id));
    }

    [Fact]
    public async Task A_call_falls_to_the_newest_connection_when_the_wished_one_is_gone()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var second = await World.Connect(b);
        await World.PresenceStore.Close(b.Connection.Id);

        Assert.Equal(second.Id, (await Start(World.Pair(a, b))).OtherConnection);
    }

    [Fact]
    public async Task Two_who_block_each_other_do_not_meet_and_keep_their_tickets()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var pair = Of(a, await World.JoinInStore(a), b, await World.JoinInStore(b));
        await World.SafetyStore.Block(b.Id, a.Id, 10);

        Assert.Equal(StartOutcome.Blocked, await Try(pair, await Epoch()));
        Assert.Equal(StartOutcome.Blocked, await Try(World.Pair(a, b)));
        Assert.Equal(pair.InitiatorTicket, (await World.MatchStore.Find(a.Id))!.TicketId);
        Assert.Equal(pair.OtherTicket, (await World.MatchStore.Find(b.Id))!.TicketId);
    }

    [Fact]
    public async Task Two_in_a_cooldown_do_not_meet_before_it_ends()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.SafetyStore.ExtendCooldown(a.Id, b.Id, World.Time.GetUtcNow().AddMinutes(10));

        Assert.Equal(StartOutcome.Cooldown, await Try(World.Pair(b, a)));
        await World.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(StartOutcome.Started, await Try(World.Pair(b, a)));
    }

    [Fact]
    public async Task A_call_of_an_invite_needs_the_invite_to_be_live()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.PresenceStore.SetAvailable(b.Id, true);
        var invite = new NewInvite(Guid.NewGuid(), a.Id, b.Id, a.Connection.Id, 300);
        await World.InviteStore.Create(invite, TimeSpan.FromSeconds(20));
        var pair = World.Pair(a, b) with { InviteId = invite.InviteId };

        Assert.Equal(StartOutcome.Invite, await Try(pair with { CallId = Guid.NewGuid(), InviteId = Guid.NewGuid() }));
        Assert.Equal(StartOutcome.Started, await Try(pair));
        var stored = await World.InviteStore.Find(invite.InviteId);
        Assert.Equal((InviteOutcome.Accepted, pair.CallId), (stored!.Outcome, stored.CallId));
    }

    [Fact]
    public async Task An_invite_that_rang_out_starts_no_call()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.PresenceStore.SetAvailable(b.Id, true);
        var invite = new NewInvite(Guid.NewGuid(), a.Id, b.Id, a.Connection.Id, 300);
        await World.InviteStore.Create(invite, TimeSpan.FromSeconds(20));
        await World.Pass(TimeSpan.FromSeconds(20));

        Assert.Equal(StartOutcome.Invite, await Try(World.Pair(a, b) with { InviteId = invite.InviteId }));
        Assert.Null(await Store.FindActive(a.Id));
    }

    [Fact]
    public async Task Of_many_pairs_each_is_taken_whole_or_not_at_all()
    {
        var people = await World.Enter(8);
        var tickets = new List<Guid>();
        foreach (var person in people)
        {
            tickets.Add(await World.JoinInStore(person));
        }

        var pairs = Enumerable.Range(0, 4).Select(i => Of(people[2 * i], tickets[2 * i], people[(2 * i) + 1], tickets[(2 * i) + 1])).ToList();
        await World.MatchStore.Leave(people[1].Id);
        await World.PresenceStore.Close(people[2].Connection.Id);
        await World.SafetyStore.Block(people[4].Id, people[5].Id, 10);

        var outcomes = (await Store.Start(pairs, await Epoch(), CallOrigin.Queue)).ToDictionary(s => s.CallId, s => s.Outcome);

        Assert.Equal(
            [StartOutcome.Ticket, StartOutcome.Offline, StartOutcome.Blocked, StartOutcome.Started], pairs.Select(p => outcomes[p.CallId]));
        var waiting = await Task.WhenAll(people.Select(async p => await World.MatchStore.Find(p.Id) is not null));
        Assert.Equal([true, false, true, true, true, true, false, false], waiting);
    }

    [Fact]
    public async Task A_seat_is_given_to_the_connection_that_holds_it_or_when_it_is_free()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        var second = await World.Connect(a);

        var refused = await Store.Attach(a.Id, call, second.Id, take: false);
        Assert.Equal(new AttachedSeat(a.Connection.Id, 1, a.Connection.Id), refused);
        var own = await Store.Attach(a.Id, call, a.Connection.Id, take: false);
        Assert.Equal((a.Connection.Id, 2), (own!.Holder, own.Rev));
        await World.PresenceStore.Close(a.Connection.Id);
        var given = await Store.Attach(a.Id, call, second.Id, take: false);
        Assert.Equal((second.Id, 3, a.Connection.Id), (given!.Holder, given.Rev, given.Previous));
        Assert.Equal(second.Id, (await Store.FindActive(a.Id))!.Initiator.ConnectionId);
        Assert.False((await Store.FindActive(a.Id))!.Initiator.Away);
    }

    [Fact]
    public async Task A_seat_can_be_taken_from_a_live_connection()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        var second = await World.Connect(b);

        Assert.Equal(new AttachedSeat(second.Id, 2, b.Connection.Id), await Store.Attach(b.Id, call, second.Id, take: true));
        Assert.Equal(1, await World.PresenceStore.Close(b.Connection.Id)); // the late close of the one before
        Assert.False((await Store.FindActive(b.Id))!.Other.Away);
    }

    [Fact]
    public async Task Nobody_is_given_a_seat_of_somebody_else_or_in_a_call_that_has_ended()
    {
        var (a, b, c) = (await World.Enter(), await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);

        Assert.Null(await Store.Attach(c.Id, call, c.Connection.Id, take: true));
        Assert.Null(await Store.Attach(a.Id, Guid.NewGuid(), a.Connection.Id, take: true));
        await Store.End(World.End(call));
        Assert.Null(await Store.Attach(a.Id, call, a.Connection.Id, take: true));
        Assert.Null(await Store.FindActive(a.Id));
    }
}

public sealed class InMemoryCallStoreTests() : CallStoreContractTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresCallStoreTests(TestDatabase database) : CallStoreContractTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_call_whose_block_or_report_was_stored_by_an_instance_that_died_is_swept()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.StartInStore(a, b);
        Assert.True(await World.Get<ISafetyStore>().Block(a.Id, b.Id, 100));

        Assert.Contains(await World.CallStore.Sweep(World.Grace, 100), s => s.Reason == EndReason.Blocked);

        await World.Sweep();
        Assert.Null(await World.CallStore.FindActive(a.Id));
    }

    [Fact]
    public async Task A_matcher_that_no_longer_leads_starts_nothing()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var old = await Epoch();
        await World.Database.Execute("update leadership set epoch = epoch + 1 where name = 'matcher'");
        var pair = World.Pair(a, b) with { InitiatorTicket = await World.JoinInStore(a), OtherTicket = await World.JoinInStore(b) };

        await Assert.ThrowsAsync<FencedException>(() => Store.Start([pair], old, CallOrigin.Queue));
        Assert.NotNull(await World.MatchStore.Find(a.Id));
        Assert.Equal(StartOutcome.Started, await Try(pair, old + 1));
    }

    private protected override Task<long> Epoch() => World.Database.One<long>("select epoch from leadership where name = 'matcher'");
}
