using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

public class WaitEstimateTests
{
    private readonly WaitEstimate _estimate = new(MatchRules.Default);

    [Fact]
    public void Without_any_wait_known_the_first_estimate_is_told()
    {
        Assert.Equal(10, _estimate.SecondsLeft(Ticket(1), Noon));
    }

    [Fact]
    public void The_estimate_follows_the_waits()
    {
        for (var i = 0; i < 200; i++)
        {
            _estimate.Record(Ticket(1), TimeSpan.FromSeconds(60));
        }

        Assert.Equal(60, _estimate.SecondsLeft(Ticket(1), Noon));
        Assert.Equal(40, _estimate.SecondsLeft(Ticket(1), Noon.AddSeconds(20)));
    }

    [Fact]
    public void Each_kind_of_wish_has_its_own_estimate()
    {
        var he = Ticket(1, gender: Gender.Male, wants: Wants.Of(Gender.Female));
        _estimate.Record(he, TimeSpan.FromSeconds(1000));

        Assert.True(_estimate.SecondsLeft(he, Noon) > 60);
        Assert.Equal(10, _estimate.SecondsLeft(Ticket(2, gender: Gender.Female), Noon));
    }

    [Fact]
    public void Who_waited_longer_than_usual_is_told_as_long_again()
    {
        Assert.Equal(100, _estimate.SecondsLeft(Ticket(1), Noon.AddSeconds(100)));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1_000_000, 600)]
    public void The_estimate_stays_within_a_second_and_ten_minutes(int waits, int told)
    {
        for (var i = 0; i < 500; i++)
        {
            _estimate.Record(Ticket(1), TimeSpan.FromSeconds(waits));
        }

        Assert.Equal(told, _estimate.SecondsLeft(Ticket(1), Noon));
    }
}
