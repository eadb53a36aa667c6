using Matchmaker.Features.Matching;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

public class ScoringTests
{
    private static readonly MatchRules _rules = MatchRules.Default;

    [Fact]
    public void A_shared_interest_is_better_than_none()
    {
        var seeker = Ticket(1, interests: ["chess", "film"]);

        AssertBetter(seeker, Ticket(2, interests: ["chess"]), Ticket(3, interests: ["cars"]));
        AssertBetter(seeker, Ticket(2, interests: ["chess", "film"]), Ticket(3, interests: ["chess", "cars"]));
    }

    [Fact]
    public void A_fourth_shared_interest_adds_nothing()
    {
        var seeker = Ticket(1, interests: ["a", "b", "c", "d"]);

        Assert.Equal(
            Scoring.Score(seeker, Ticket(2, interests: ["a", "b", "c", "x"]), Noon, _rules),
            Scoring.Score(seeker, Ticket(3, interests: ["a", "b", "c", "d"]), Noon, _rules));
    }

    [Fact]
    public void A_shared_language_outweighs_everything_but_long_waiting()
    {
        var seeker = Ticket(1, languages: ["en"], interests: ["chess"]);
        var speaks = Ticket(2, languages: ["en"], interests: ["cars"], callSeconds: 1800);

        AssertBetter(seeker, speaks, Ticket(3, interests: ["chess"]));
        AssertBetter(seeker, Ticket(4, Noon.AddMinutes(-2)), speaks);
    }

    [Fact]
    public void A_closer_call_length_is_better()
    {
        AssertBetter(Ticket(1, callSeconds: 300), Ticket(2, callSeconds: 360), Ticket(3, callSeconds: 1200));
    }

    [Fact]
    public void Longer_waiting_is_better_until_it_stops_counting()
    {
        AssertBetter(Ticket(1), Ticket(2, Noon.AddSeconds(-60)), Ticket(3, Noon.AddSeconds(-50)));
        Assert.Equal(
            Scoring.Score(Ticket(1), Ticket(2, Noon.AddSeconds(-120)), Noon, _rules),
            Scoring.Score(Ticket(1), Ticket(3, Noon.AddSeconds(-9000)), Noon, _rules));
    }

    [Fact]
    public void Widening_raises_the_score_of_a_poor_match_beyond_the_second_waited()
    {
        var joined = Noon.AddSeconds(-_rules.InterestsCountFor.TotalSeconds);
        var seeker = Ticket(1, Noon.AddHours(-1));
        var other = Ticket(2, joined, interests: ["chess"]);

        var before = Scoring.Score(seeker, other, Noon.AddSeconds(-1), _rules);
        var after = Scoring.Score(seeker, other, Noon, _rules);

        Assert.Equal(1 + Scoring.MissingInterest, after - before);
    }

    [Fact]
    public void The_score_is_symmetric_and_never_falls_with_waiting()
    {
        CheckSteps(500, 40, steps =>
        {
            var a = Random(1, steps, 0);
            var b = Random(2, steps, 20);
            var last = int.MinValue;
            for (var seconds = 0; seconds < 150; seconds += 5)
            {
                var score = Scoring.Score(a, b, Noon.AddSeconds(seconds), _rules);
                Assert.Equal(score, Scoring.Score(b, a, Noon.AddSeconds(seconds), _rules));
                Assert.True(score >= last);
                last = score;
            }
        });
    }

    private static Ticket Random(int user, uint[] steps, int from)
    {
        var words = steps.Skip(from).Take(20).Select(step => $"w{step % 12}").ToArray();
        return Ticket(
            user,
            Noon.AddSeconds(-(double)(steps.ElementAtOrDefault(from) % 100)),
            languages: [.. words.Take(5)],
            interests: [.. words.Skip(5).Take(10)],
            callSeconds: 60 + (int)(steps.ElementAtOrDefault(from + 1) % 1741));
    }

    private static void AssertBetter(Ticket seeker, Ticket better, Ticket worse) =>
        Assert.True(
            Scoring.Score(seeker, better, Noon, _rules) > Scoring.Score(seeker, worse, Noon, _rules));
}
