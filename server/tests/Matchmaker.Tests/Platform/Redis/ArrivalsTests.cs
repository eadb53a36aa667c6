using Matchmaker.Platform.Redis;

namespace Matchmaker.Tests.Platform.Redis;

public sealed class ArrivalsTests
{
    private readonly Arrivals _arrivals = new();

    [Fact]
    public void What_follows_counts_and_what_came_before_does_not()
    {
        Assert.Equal(Arrival.Next, _arrivals.Judge("a", true, 5));
        Assert.Equal(Arrival.Next, _arrivals.Judge("a", true, 6));
        Assert.Equal(Arrival.Old, _arrivals.Judge("a", true, 6));
        Assert.Equal(Arrival.Old, _arrivals.Judge("a", true, 5));
        Assert.Equal(Arrival.Next, _arrivals.Judge("a", true, 7));
    }

    [Fact]
    public void A_gap_is_told_on_the_channel_of_all_only()
    {
        _arrivals.Judge("a", true, 1);
        _arrivals.Judge("a", false, 1);

        Assert.Equal(Arrival.AfterGap, _arrivals.Judge("a", true, 3));
        Assert.Equal(Arrival.Next, _arrivals.Judge("a", false, 3));
    }

    [Fact]
    public void Publishers_and_channels_have_numbers_of_their_own()
    {
        _arrivals.Judge("a", true, 9);

        Assert.Equal(Arrival.Next, _arrivals.Judge("b", true, 1));
        Assert.Equal(Arrival.Next, _arrivals.Judge("a", false, 1));
    }

    [Fact]
    public void Whoever_was_silent_longest_is_forgotten_beyond_the_bound()
    {
        for (var i = 0; i < Arrivals.MaxPublishers; i++)
        {
            _arrivals.Judge($"{i}", true, 7);
        }

        Assert.Equal(Arrival.Old, _arrivals.Judge("0", true, 7));
        _arrivals.Judge("0", true, 8);
        _arrivals.Judge("new", true, 7);

        Assert.Equal(Arrival.Old, _arrivals.Judge("0", true, 7));
        Assert.Equal(Arrival.Next, _arrivals.Judge("1", true, 7));
    }
}
