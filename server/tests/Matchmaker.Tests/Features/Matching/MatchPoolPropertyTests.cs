using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

public class MatchPoolPropertyTests
{
    // Two candidates a look, so that the limits bite in a population small enough to shrink.
    private static readonly MatchRules _narrow = new() { CandidatesLooked = 2, TicketsPerPropose = 3 };

    [Fact]
    public void Any_history_keeps_the_rules_and_loses_nobody()
    {
        var pairs = 0;
        CheckSteps(400, 250, steps =>
        {
            var model = new MatchPoolModel(users: 12, _narrow);
            foreach (var step in steps)
            {
                model.Step(step);
            }

            pairs += model.PairsSeen;
        });

        Assert.True(pairs > 1000, $"Only {pairs} pairs: the histories say nothing.");
    }

    [Fact]
    public void An_arrival_is_matched_at_once_when_somebody_fits()
    {
        CheckSteps(200, 60, steps =>
        {
            var model = new MatchPoolModel(steps.Length, MatchRules.Default);
            for (var user = 0; user < steps.Length; user++)
            {
                model.Arrive(user, steps[user]);
                model.Propose(64);
                Assert.Null(model.FindUnmatched());
            }
        });
    }

    [Fact]
    public void After_any_history_nobody_waits_for_long_beside_somebody_who_fits()
    {
        const int Users = 30;
        CheckSteps(150, 200, steps =>
        {
            var model = new MatchPoolModel(Users, _narrow);
            foreach (var step in steps)
            {
                model.Step(step);
            }

            model.LandAll();

            // Each tick looks for 3; a turn of all takes 10 ticks, and a pass through all takes 15 looks.
            // The clock stands still, so that nothing new becomes possible while they are looked through.
            for (var tick = 0; tick < 10 * 15 + 10 && model.FindUnmatched() is not null; tick++)
            {
                model.Tick(3);
                model.Propose(64);
                model.LandAll();
            }

            Assert.Null(model.FindUnmatched());
        });
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 499)]
    [InlineData(250, 251)]
    [InlineData(498, 499)]
    public void Two_who_fit_find_each_other_among_500_who_avoid_each_other(int one, int other)
    {
        var pool = new MatchPool(MatchRules.Default);
        var tickets = Enumerable.Range(0, 500).Select(i => Ticket(i, Noon.AddMilliseconds(i))).ToArray();
        for (var i = 0; i < tickets.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                tickets[i].AddAvoid(tickets[j].UserId, (j, i) == (one, other) ? Noon.AddMinutes(1) : Noon.AddDays(1));
            }

            pool.Add(tickets[i], Noon);
        }

        for (var tick = 0; tick < 20; tick++)
        {
            pool.Tick(Noon, 64);
            Assert.Empty(pool.Propose(64, Noon));
        }

        // The cooldown between the two has lapsed. A pass takes 8 looks of 64 and one more to start over, a turn of all
        // 8 ticks of 64; the mark of either may have just passed the other.
        var later = Noon.AddMinutes(1);
        var ticks = 0;
        List<ProposedPair> pairs = [];
        while (pairs.Count == 0)
        {
            Assert.True(ticks++ < 2 * 9 * 9, "Nobody was found.");
            pool.Tick(later, 64);
            pairs = pool.Propose(64, later);
        }

        Assert.Equal((User(one), User(other)), (pairs[0].Initiator.UserId, pairs[0].Polite.UserId));
    }

    [Fact]
    public void A_newcomer_finds_the_only_one_who_fits_behind_hundreds_who_do_not()
    {
        var pool = new MatchPool(MatchRules.Default);
        var crowd = Enumerable.Range(0, 480).Select(i => Ticket(i, Noon.AddMilliseconds(i))).ToList();
        AvoidEachOther(crowd);
        var friend = Ticket(1000, Noon.AddSeconds(1));
        crowd.ForEach(ticket => friend.AddAvoid(ticket.UserId));
        crowd.Add(friend);
        crowd.ForEach(ticket => pool.Add(ticket, Noon));
        while (pool.ToLook > 0)
        {
            Assert.Empty(pool.Propose(64, Noon));
        }

        var newcomer = Ticket(2000, Noon.AddSeconds(2));
        crowd.Where(ticket => ticket != friend).ToList().ForEach(ticket => newcomer.AddAvoid(ticket.UserId));
        pool.Add(newcomer, Noon);
        var ticks = 0;
        while (pool.Propose(64, Noon).Count == 0)
        {
            Assert.True(ticks++ < 9 * 9, "Nobody was found.");
            pool.Tick(Noon, 64);
        }
    }

    [Fact]
    public void Newcomers_faster_than_the_ticks_do_not_starve_those_who_wait()
    {
        // Each tick looks for 2, 3 join and 3 leave. Neither the turn of all nor the pass of one ever comes to the end of
        // the line; both have to start over all the same: a turn after 16 ticks, a pass after 16 looks.
        var pool = new MatchPool(new MatchRules { CandidatesLooked = 2 });
        var one = Ticket(1);
        one.AddAvoid(User(2), Noon.AddSeconds(10));
        pool.Add(one, Noon);
        pool.Add(Ticket(2), Noon);
        var user = 3;
        var crowd = new Queue<Ticket>();
        for (var tick = 0; tick < 400; tick++)
        {
            var now = Noon.AddMilliseconds(tick * 100);
            for (var i = 0; i < 3; i++)
            {
                // Stands in the same lanes as the two and fits nobody.
                var newcomer = Ticket(user++, now);
                newcomer.AddAvoid(User(1));
                newcomer.AddAvoid(User(2));
                foreach (var present in crowd)
                {
                    newcomer.AddAvoid(present.UserId);
                }

                crowd.Enqueue(newcomer);
                pool.Add(newcomer, now);
                if (crowd.Count > 30)
                {
                    pool.Remove(crowd.Dequeue().UserId);
                }
            }

            pool.Tick(now, 2);
            if (pool.Propose(64, now) is [var pair])
            {
                Assert.Equal((User(1), User(2)), (pair.Initiator.UserId, pair.Polite.UserId));
                return;
            }
        }

        Assert.Fail("The two who waited first were never matched.");
    }

    [Fact]
    public void A_join_considers_no_more_candidates_with_100_000_waiting()
    {
        const int Crowd = 100_000;
        var rules = new MatchRules { TicketsPerPropose = Crowd };
        var pool = new MatchPool(rules);
        for (var i = 0; i < Crowd; i++)
        {
            var languages = (i % 3) switch { 0 => (string[])[], 1 => ["en"], _ => ["en", "de", $"x{i % 1000}"] };
            pool.Add(Ticket(i, Noon.AddMilliseconds(i), Gender.Male, Wants.Of(Gender.Female), languages), Noon);
        }

        Assert.Empty(pool.Propose(64, Noon));
        Assert.Equal(0, pool.CandidatesConsidered);

        for (var i = 0; i < 200; i++)
        {
            var before = pool.CandidatesConsidered;
            var she = Ticket(Crowd + i, Noon.AddMinutes(5), Gender.Female, languages: ["en", "de", "fr"]);
            if (i % 2 == 0)
            {
                // The oldest hundreds do not suit her: still no more than the limit at once.
                Enumerable.Range(0, 600).ToList().ForEach(user => she.AddAvoid(User(user)));
            }

            pool.Add(she, Noon);
            Assert.Equal(i % 2, pool.Propose(64, Noon).Count);
            Assert.Equal(rules.CandidatesLooked, pool.CandidatesConsidered - before);
            pool.Remove(she.UserId);
        }
    }
}
