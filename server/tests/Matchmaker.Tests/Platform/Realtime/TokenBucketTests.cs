using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Realtime;

public sealed class TokenBucketTests
{
    private readonly FakeTime _time = new();

    [Fact]
    public void The_burst_is_there_at_once_and_not_one_more()
    {
        var bucket = new TokenBucket(2, 10, _time);

        Assert.Equal(10, Enumerable.Range(0, 20).Count(_ => bucket.TryTake(out var _)));
    }

    [Fact]
    public void It_fills_at_its_rate_and_tells_how_long_to_wait()
    {
        var bucket = new TokenBucket(2, 1, _time);
        Assert.True(bucket.TryTake(out var none));
        Assert.Equal(TimeSpan.Zero, none);

        Assert.False(bucket.TryTake(out var wait));
        Assert.Equal(TimeSpan.FromSeconds(0.5), wait);
        _time.Advance(TimeSpan.FromSeconds(0.4));
        Assert.False(bucket.TryTake(out _));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(bucket.TryTake(out _));
    }

    [Fact]
    public void It_never_holds_more_than_the_burst()
    {
        var bucket = new TokenBucket(100, 3, _time);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(3, Enumerable.Range(0, 10).Count(_ => bucket.TryTake(out var _)));
    }

    [Fact]
    public void A_cost_is_taken_whole_or_not_at_all()
    {
        var bucket = new TokenBucket(1, 5, _time);

        Assert.False(bucket.TryTake(out var wait, cost: 6));
        Assert.Equal(TimeSpan.FromSeconds(1), wait);
        Assert.True(bucket.TryTake(out _, cost: 5));
    }
}
