using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

public class MatchPoolTests
{
    private readonly MatchPool _pool = new(MatchRules.Default);

    [Fact]
    public void Two_who_fit_are_proposed_at_once()
    {
        _pool.Add(Ticket(1), Noon);
        Assert.Empty(_pool.Propose(64, Noon));
        _pool.Add(Ticket(2), Noon);

        var pair = Assert.Single(_pool.Propose(64, Noon));

        Assert.Equal((User(1), User(2)), (pair.Initiator.UserId, pair.Polite.UserId));
        Assert.Equal((0, 2), (_pool.Count, _pool.InFlight));
        Assert.Empty(_pool.Propose(64, Noon));
    }

    [Fact]
    public void The_best_score_wins_and_the_older_on_ties()
    {
        _pool.Add(Ticket(1, Noon, Gender.Male, Wants.Of(Gender.Female), interests: ["cars"]), Noon);
        _pool.Add(Ticket(2, Noon.AddMilliseconds(1), Gender.Male, Wants.Of(Gender.Female), interests: ["chess"]), Noon);
        _pool.Add(Ticket(3, Noon.AddMilliseconds(2), Gender.Male, Wants.Of(Gender.Female), interests: ["chess"]), Noon);
        Assert.Empty(_pool.Propose(64, Noon));

        _pool.Add(Ticket(4, Noon.AddMilliseconds(3), Gender.Female, interests: ["chess"]), Noon);

        Assert.Equal(User(2), Assert.Single(_pool.Propose(64, Noon)).Initiator.UserId);
    }

    [Fact]
    public void Wishes_can_be_replaced_without_losing_the_place()
    {
        var joined = Noon.AddMinutes(-1);
        _pool.Add(Ticket(1, joined, Gender.Male, Wants.Of(Gender.Male)), Noon);
        _pool.Add(Ticket(2, joined.AddSeconds(1), Gender.Female), Noon);
        Assert.Empty(_pool.Propose(64, Noon));

        var newer = Ticket(1, Noon, Gender.Male, Wants.Of(Gender.Female));
        Assert.False(_pool.Add(newer, Noon));

        Assert.Equal(joined, newer.JoinedAt);
        Assert.Equal((1, 2), (_pool.Position(User(1)), _pool.Position(User(2))));
        Assert.Single(_pool.Propose(64, Noon));
    }

    [Fact]
    public void Who_leaves_is_not_proposed()
    {
        _pool.Add(Ticket(1), Noon);
        _pool.Add(Ticket(2), Noon);

        Assert.Equal(User(1), _pool.Remove(User(1))?.UserId);
        Assert.Null(_pool.Remove(User(1)));
        Assert.False(_pool.Contains(User(1)));
        Assert.Empty(_pool.Propose(64, Noon));
        Assert.Equal(1, _pool.Count);
    }

    [Fact]
    public void A_returned_ticket_has_its_old_place_and_is_looked_for_again()
    {
        var pair = ProposeOneAndTwo();
        _pool.Add(Ticket(3, Noon.AddSeconds(2)), Noon);
        pair.Initiator.AddAvoid(User(2));
        pair.Polite.AddAvoid(User(1));

        Assert.True(_pool.Return(pair.Initiator, Noon));
        Assert.Equal(1, _pool.Position(User(1)));
        Assert.Equal(User(1), Assert.Single(_pool.Propose(64, Noon)).Initiator.UserId);
    }

    [Fact]
    public void Who_left_in_flight_does_not_come_back()
    {
        var pair = ProposeOneAndTwo();

        Assert.Same(pair.Initiator, _pool.Remove(User(1)));
        Assert.Null(_pool.Remove(User(1)));
        Assert.False(_pool.Contains(User(1)));
        Assert.Null(_pool.Position(User(1)));

        Assert.False(_pool.Return(pair.Initiator, Noon));
        Assert.Equal((0, 1), (_pool.Count, _pool.InFlight));
    }

    [Fact]
    public void Who_asks_again_in_flight_is_in_no_second_pair()
    {
        var pair = ProposeOneAndTwo();
        var newer = Ticket(1, Noon.AddSeconds(9), interests: ["chess"]);

        Assert.False(_pool.Add(newer, Noon));
        _pool.Add(Ticket(3), Noon);
        Assert.Empty(_pool.Propose(64, Noon));
        Assert.Same(newer, _pool.Find(User(1)));

        pair.Initiator.AddAvoid(User(3));
        Assert.True(_pool.Return(pair.Initiator, Noon));
        Assert.Equal(Noon, newer.JoinedAt);
        Assert.True(newer.Avoids(User(3), Noon));
        Assert.Empty(_pool.Propose(64, Noon));
    }

    [Fact]
    public void Who_left_and_asked_again_in_flight_has_a_new_place()
    {
        var pair = ProposeOneAndTwo();
        _pool.Remove(User(1));
        var newer = Ticket(1, Noon.AddSeconds(9));
        Assert.True(_pool.Add(newer, Noon));

        pair.Initiator.AddAvoid(User(2));
        Assert.True(_pool.Return(pair.Initiator, Noon));
        Assert.True(_pool.Return(pair.Polite, Noon));
        Assert.Empty(_pool.Propose(64, Noon));
        Assert.Equal(Noon.AddSeconds(9), newer.JoinedAt);
        Assert.Equal((2, 1), (_pool.Position(User(1)), _pool.Position(User(2))));
    }

    [Fact]
    public void A_started_call_takes_both_out_and_counts_their_wait()
    {
        var pair = ProposeOneAndTwo(waited: TimeSpan.FromMinutes(5));
        _pool.Settle(pair.Initiator, Noon);
        _pool.Settle(pair.Polite, Noon);

        Assert.Equal((0, 0), (_pool.Count, _pool.InFlight));
        Assert.False(_pool.Return(pair.Initiator, Noon));
        Assert.True(_pool.EstimateWait(Ticket(3), Noon) > 30);
    }

    [Fact]
    public void A_started_call_uses_up_changed_wishes_but_not_a_new_ticket()
    {
        var pair = ProposeOneAndTwo();
        var changed = new Ticket
        {
            TicketId = pair.Initiator.TicketId,
            UserId = User(1),
            Gender = Gender.Male,
            JoinedAt = Noon,
            ConnectionId = "same",
        };
        _pool.Add(changed, Noon);
        var afterTheCall = Ticket(2, Noon.AddSeconds(3));
        _pool.Add(afterTheCall, Noon);

        _pool.Settle(pair.Initiator, Noon);
        _pool.Settle(pair.Polite, Noon);

        Assert.False(_pool.Contains(User(1)));
        Assert.Same(afterTheCall, _pool.Find(User(2)));
        Assert.Equal((1, 0), (_pool.Count, _pool.InFlight));
        Assert.Equal(Noon.AddSeconds(3), afterTheCall.JoinedAt);
    }

    [Fact]
    public void Softened_languages_are_told_once_and_lead_to_a_pair()
    {
        _pool.Add(Ticket(1, Noon, languages: ["en"]), Noon);
        _pool.Add(Ticket(2, Noon.AddSeconds(5), languages: ["de"]), Noon.AddSeconds(5));
        var softened = new List<(double Seconds, Guid User)>();
        for (var seconds = 5.0; seconds < 20; seconds += 0.5)
        {
            var now = Noon.AddSeconds(seconds);
            softened.AddRange(_pool.Tick(now, 64).Select(ticket => (seconds, ticket.UserId)));
            Assert.Empty(_pool.Propose(64, now));
        }

        softened.AddRange(_pool.Tick(Noon.AddSeconds(20), 64).Select(ticket => (20.0, ticket.UserId)));

        Assert.Equal([(15.0, User(1)), (20.0, User(2))], softened);
        Assert.Single(_pool.Propose(64, Noon.AddSeconds(20)));
    }

    [Fact]
    public void Who_softens_looks_again_from_the_oldest()
    {
        var pool = new MatchPool(new MatchRules { CandidatesLooked = 2 });
        var one = Ticket(1, Noon, languages: ["en"]);
        pool.Add(Ticket(2, Noon.AddSeconds(-20), languages: ["de"]), Noon);
        pool.Add(one, Noon);
        for (var i = 10; i < 14; i++)
        {
            var crowd = Ticket(i, Noon.AddSeconds(1 + i), languages: ["en"]);
            Enumerable.Range(0, i).ToList().ForEach(user => crowd.AddAvoid(User(user)));
            pool.Add(crowd, Noon);
        }

        // The turn of all has passed the German; only the one who softens can find them, behind the crowd looked at.
        pool.Tick(Noon.AddSeconds(14), 1);
        Assert.Empty(pool.Propose(64, Noon.AddSeconds(14)));
        Assert.Equal([one], pool.Tick(Noon.AddSeconds(15), 1));

        Assert.Same(one, Assert.Single(pool.Propose(64, Noon.AddSeconds(15))).Initiator);
    }

    [Fact]
    public void A_tick_widens_no_more_than_it_may_and_forgets_nobody()
    {
        var others = Enumerable.Range(0, 100).Select(i => Ticket(i, languages: [$"l{i}"])).ToList();
        AvoidEachOther(others);
        others.ForEach(ticket => _pool.Add(ticket, Noon));
        var told = new List<Ticket>();
        for (var tick = 1; tick <= 100; tick++)
        {
            told.AddRange(_pool.Tick(Noon.AddSeconds(20), 1));

            // One whose turn it is to widen, and one whose turn it is to be looked for.
            Assert.InRange(told.Count, Math.Min(tick, 100), 2 * tick);
        }

        Assert.Equivalent(others.Select(ticket => ticket.UserId), told.Select(ticket => ticket.UserId), strict: true);
    }

    [Fact]
    public void A_clock_that_steps_back_leaves_nobody_hard_for_ever()
    {
        _pool.Add(Ticket(1, Noon, languages: ["en"]), Noon);
        _pool.Tick(Noon.AddMinutes(1), 64);
        _pool.Add(Ticket(2, Noon.AddSeconds(-1), languages: ["de"]), Noon.AddSeconds(1));
        Assert.Empty(_pool.Propose(64, Noon.AddSeconds(1)));

        _pool.Tick(Noon.AddMinutes(2), 64);
        Assert.Single(_pool.Propose(64, Noon.AddMinutes(2)));
    }

    [Fact]
    public void Propose_stops_at_the_number_of_pairs_and_of_looks()
    {
        var pool = new MatchPool(new MatchRules { TicketsPerPropose = 10 });
        for (var i = 0; i < 20; i++)
        {
            pool.Add(Ticket(i), Noon);
        }

        Assert.Equal(3, pool.Propose(3, Noon).Count);
        Assert.Equal(7, pool.Propose(64, Noon).Count);
        Assert.Equal(0, pool.Count);

        for (var i = 100; i < 125; i++)
        {
            pool.Add(Ticket(i, gender: Gender.Male, wants: Wants.Of(Gender.Female)), Noon);
        }

        Assert.Empty(pool.Propose(64, Noon));
        Assert.Equal(15, pool.ToLook);
    }

    [Fact]
    public void Unknown_users_are_in_no_state_at_all()
    {
        Assert.Null(_pool.Remove(User(1)));
        Assert.Null(_pool.Position(User(1)));
        Assert.False(_pool.Return(Ticket(1), Noon));
        _pool.Settle(Ticket(1), Noon);
        Assert.Empty(_pool.Tick(Noon, 64));
        Assert.Empty(_pool.Propose(64, Noon));
        _pool.CheckIntegrity();
    }

    [Fact]
    public void An_older_joining_time_goes_in_at_its_place()
    {
        for (var i = 0; i < 1000; i++)
        {
            _pool.Add(Ticket(i, Noon.AddSeconds(i)), Noon);
        }

        _pool.Add(Ticket(5000, Noon.AddSeconds(499.5)), Noon);

        Assert.Equal(501, _pool.Position(User(5000)));
        Assert.Equal(500, _pool.Position(User(499)));
        Assert.Equal(502, _pool.Position(User(500)));
    }

    private ProposedPair ProposeOneAndTwo(TimeSpan waited = default)
    {
        _pool.Add(Ticket(1, Noon - waited), Noon);
        _pool.Add(Ticket(2, Noon.AddSeconds(1) - waited), Noon);
        return Assert.Single(_pool.Propose(64, Noon));
    }
}
