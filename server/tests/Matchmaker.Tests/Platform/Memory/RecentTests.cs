using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Memory;

public sealed class RecentTests
{
    private readonly FakeTime _time = new();
    private readonly Recent<int> _recent;

    public RecentTests() => _recent = new Recent<int>(3, TimeSpan.FromMinutes(1), _time);

    [Fact]
    public void A_thing_is_news_once_and_again_when_it_was_forgotten()
    {
        Assert.True(_recent.Add(1));
        Assert.False(_recent.Add(1));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_recent.Contains(1));
        Assert.Equal(1, _recent.Count);
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.False(_recent.Contains(1));
        Assert.Equal(0, _recent.Count);
        Assert.True(_recent.Add(1));
    }

    [Fact]
    public void Of_more_than_there_is_room_for_the_oldest_is_forgotten()
    {
        for (var thing = 1; thing <= 3; thing++)
        {
            _recent.Add(thing);
        }

        Assert.True(_recent.Contains(1));
        _recent.Add(4);

        Assert.False(_recent.Contains(1));
        Assert.True(_recent.Contains(2));
        Assert.Equal(_recent.Capacity, _recent.Count);
    }
}
