using System.Collections.Concurrent;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Invariants;

/// <summary>Calls that begin, end and change hands at the same moment.</summary>
public abstract class CallRaceTests(TestDatabase? database) : WorldTests(database)
{
    private const int Rounds = 60;

    [Fact]
    public Task When_both_hang_up_at_once_the_call_ends_once_and_both_get_the_same_answer() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);

        var ends = await Race.Of(
            () => World.CallStore.End(World.End(call)),
            () => World.CallStore.End(World.End(call, EndReason.Next)),
            () => World.CallStore.End(World.End(call, EndReason.Blocked)));

        Assert.Single(ends.Select(e => (e!.Reason, e.Seconds, e.Rev)).Distinct());
        Assert.Null(await World.CallStore.FindActive(a.Id));
        Assert.Null(await World.CallStore.FindActive(b.Id));
    });

    [Fact]
    public async Task Calls_that_end_at_once_from_both_sides_are_in_each_history_once()
    {
        var people = await World.Enter(Rounds);
        var calls = new List<Guid>();
        for (var i = 0; i < people.Length; i += 2)
        {
            calls.Add(await World.StartInStore(people[i], people[i + 1]));
        }

        await World.Pass(TimeSpan.FromSeconds(10));
        await Race.Of([.. calls.Concat(Enumerable.Reverse(calls)).Select(c => (Func<Task>)(() => World.CallStore.End(World.End(c))))]);

        foreach (var person in people)
        {
            Assert.Single(await World.CallStore.History(person.Id, 10, null));
        }
    }

    [Fact]
    public Task A_connection_that_takes_the_call_while_it_ends_holds_no_seat_afterwards() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        var second = World.NewConnection(a.Id);
        await World.PresenceStore.Open(second, await World.Generation(), 2);
        AttachedSeat? seat = null;
        EndedCall? ended = null;

        await Race.Of(
            async () => ended = await World.CallStore.End(World.End(call)),
            async () => seat = await World.CallStore.Attach(a.Id, call, second.Id, take: true),
            () => World.CallStore.Sweep(World.Grace, 1000));

        Assert.Equal(seat is null ? 2 : 3, ended!.Rev);
        Assert.Null(await World.CallStore.FindActive(a.Id));
        Assert.Null(await World.CallStore.Attach(a.Id, call, second.Id, take: true));
    });

    [Fact]
    public Task Two_tabs_that_take_the_call_at_once_leave_it_to_one_of_them() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        var second = World.NewConnection(a.Id);
        await World.PresenceStore.Open(second, await World.Generation(), 2);

        var seats = await Race.Of(
            () => World.CallStore.Attach(a.Id, call, a.Connection.Id, take: true),
            () => World.CallStore.Attach(a.Id, call, second.Id, take: true));

        Assert.Equal([2, 3], seats.Select(s => s!.Rev).Order());
        Assert.Equal(seats.MaxBy(s => s!.Rev)!.Holder, (await World.CallStore.FindActive(a.Id))!.Initiator.ConnectionId);
    });

    [Fact]
    public Task Of_three_calls_with_one_person_at_once_one_begins() => Race.Rounds(Rounds, async _ =>
    {
        var people = await World.Enter(4);

        var started = await Race.Of([.. people.Skip(1).Select((p, i) => (Func<Task<StartOutcome>>)(async () =>
            (await World.CallStore.Start([i == 0 ? World.Pair(people[0], p) : World.Pair(p, people[0])], null, CallOrigin.Invite))[0].Outcome))]);

        Assert.Equal([StartOutcome.Started, StartOutcome.Seated, StartOutcome.Seated], started.Order());
    });

    [Fact]
    public Task Who_joins_while_a_call_of_them_begins_is_in_the_call_or_waits_but_not_both() => Race.Rounds(Rounds, async i =>
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        JoinedTicket? ticket = null;

        await Race.Of(
            async () => ticket = await World.MatchStore.Join(new JoinRequest(b.Id, Guid.NewGuid(), b.Connection.Id, new QueueWishes(CallSeconds: 300))),
            () => World.StartInStore(a, b),
            () => i % 2 == 0 ? World.MatchStore.Leave(b.Id) : Task.CompletedTask);

        Assert.NotNull(await World.CallStore.FindActive(b.Id));
        Assert.Null(await World.MatchStore.Find(b.Id));
        Assert.True(ticket is null || ticket.Waited < TimeSpan.FromSeconds(5));
    });

    [Fact]
    public Task Who_joins_twice_at_once_has_one_ticket_and_it_is_one_that_was_answered() => Race.Rounds(Rounds, async i =>
    {
        var me = await World.Enter();
        Task<JoinedTicket?> Join() => World.MatchStore.Join(
            new JoinRequest(me.Id, Guid.NewGuid(), me.Connection.Id, new QueueWishes(CallSeconds: 60 + i)));

        var joined = await Race.Of(Join, Join);

        var found = await World.MatchStore.Find(me.Id);
        Assert.Equal(joined.MaxBy(j => j!.Number)!.TicketId, found!.TicketId);
    });

    [Fact]
    public Task A_block_while_the_matcher_starts_the_call_leaves_no_call_that_began_after_it() => Race.Rounds(Rounds, async _ =>
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var pair = World.Pair(a, b) with { InitiatorTicket = await World.JoinInStore(a), OtherTicket = await World.JoinInStore(b) };
        var epoch = await Epoch();
        StartOutcome outcome = default;

        await Race.Of(
            () => World.SafetyStore.Block(b.Id, a.Id, 10),
            async () => outcome = (await World.CallStore.Start([pair], epoch, CallOrigin.Queue))[0].Outcome);

        // A lock that is held right now gives the tickets back, as if they had changed.
        Assert.Contains(outcome, new[] { StartOutcome.Started, StartOutcome.Blocked, StartOutcome.Ticket });
        Assert.Equal(outcome == StartOutcome.Started, await World.CallStore.FindActive(a.Id) is not null);
        Assert.Equal(outcome == StartOutcome.Started, await World.MatchStore.Find(a.Id) is null);
        Assert.Equal(StartOutcome.Blocked, outcome == StartOutcome.Started
            ? StartOutcome.Blocked
            : (await World.CallStore.Start([pair with { CallId = Guid.NewGuid() }], epoch, CallOrigin.Queue))[0].Outcome);
    });

    [Fact]
    public async Task A_block_in_use_leaves_no_call_of_the_two_however_it_began()
    {
        await Race.Rounds(Rounds, async i =>
        {
            var (a, b) = (await World.Enter(), await World.Enter());
            var pair = World.Pair(a, b);
            if (i % 2 == 0)
            {
                pair = pair with { InitiatorTicket = await World.JoinInStore(a), OtherTicket = await World.JoinInStore(b) };
            }

            var epoch = await Epoch();
            await Race.Of(
                async () => Assert.Null((await World.Safety.Block(a.Id, b.Id)).No),
                () => World.Calls.Start([pair], i % 2 == 0 ? epoch : null, i % 2 == 0 ? CallOrigin.Queue : CallOrigin.Invite));

            for (var wait = 0; wait < 100 && await World.CallStore.FindActive(a.Id) is not null; wait++)
            {
                await Task.Delay(10); // the end of a blocked call is not waited for by the one who blocks
            }

            Assert.Null(await World.CallStore.FindActive(a.Id));
            Assert.Null(World.Get<LiveCalls>().OfUser(a.Id));
            Assert.Null(World.Get<LiveCalls>().OfUser(b.Id));
        });
    }

    [Fact]
    public async Task Two_matchers_with_different_pairings_of_the_same_people_put_nobody_into_two_calls()
    {
        var epoch = await Epoch();
        var started = 0;
        for (var round = 0; round < 10; round++)
        {
            var people = await World.Enter(80);
            var tickets = new Dictionary<Guid, Guid>();
            foreach (var person in people)
            {
                tickets[person.Id] = await World.JoinInStore(person);
            }

            CallPair Of(Person a, Person b) => World.Pair(a, b) with { InitiatorTicket = tickets[a.Id], OtherTicket = tickets[b.Id] };
            var one = people.Chunk(2).Select(p => Of(p[0], p[1])).Chunk(8).ToList();
            var two = people.Skip(1).Append(people[0]).Chunk(2).Select(p => Of(p[1], p[0])).Reverse().Chunk(8).ToList();
            var invited = people.Where((_, i) => i % 10 == 0).Chunk(2).Where(p => p.Length == 2).Select(p => World.Pair(p[0], p[1]));
            var results = new ConcurrentBag<StartedCall>();
            async Task Commit(IEnumerable<CallPair[]> groups, long? lead)
            {
                foreach (var group in groups)
                {
                    foreach (var result in await World.CallStore.Start(group, lead, lead is null ? CallOrigin.Invite : CallOrigin.Queue))
                    {
                        results.Add(result);
                    }
                }
            }

            await Race.Of(() => Commit(one, epoch), () => Commit(two, epoch), () => Commit(invited.Select(p => new[] { p }), null));

            var calls = results.Where(r => r.Outcome == StartOutcome.Started).ToList();
            started += calls.Count;
            var seated = new List<Guid>();
            foreach (var person in people)
            {
                var active = await World.CallStore.FindActive(person.Id);
                Assert.Equal(active is null, await World.MatchStore.Find(person.Id) is not null);
                if (active is not null)
                {
                    Assert.Contains(calls, c => c.CallId == active.CallId);
                    seated.Add(person.Id);
                }
            }

            Assert.Equal(2 * calls.Count, seated.Count);
        }

        Assert.True(started > 100, $"Only {started} calls: the matchers got nowhere.");
    }

    /// <summary>An epoch that leads now.</summary>
    private protected virtual Task<long> Epoch() => Task.FromResult(1L);
}

public sealed class InMemoryCallRaceTests() : CallRaceTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresCallRaceTests(TestDatabase database) : CallRaceTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_matcher_whose_lead_ends_in_the_middle_starts_nothing_more()
    {
        var old = await Epoch();
        var people = await World.Enter(200);
        var tickets = new Dictionary<Guid, Guid>();
        foreach (var person in people)
        {
            tickets[person.Id] = await World.JoinInStore(person);
        }

        CallPair Of(Person a, Person b) => World.Pair(a, b) with { InitiatorTicket = tickets[a.Id], OtherTicket = tickets[b.Id] };
        var fenced = 0;
        await Race.Of(
            async () =>
            {
                foreach (var pair in people.Chunk(2))
                {
                    try
                    {
                        await World.CallStore.Start([Of(pair[0], pair[1])], old, CallOrigin.Queue);
                        Assert.Equal(0, fenced);
                    }
                    catch (FencedException)
                    {
                        fenced++;
                    }
                }
            },
            async () =>
            {
                await Task.Delay(20);
                var now = await World.Database.One<long>("update leadership set epoch = epoch + 1 where name = 'matcher' returning epoch");
                foreach (var pair in people.Skip(1).SkipLast(1).Reverse().Chunk(2))
                {
                    await World.CallStore.Start([Of(pair[0], pair[1])], now, CallOrigin.Queue);
                }
            });

        Assert.True(fenced > 0, "The lead ended too late to matter.");
    }

    private protected override Task<long> Epoch() => World.Database.One<long>("select epoch from leadership where name = 'matcher'");
}
