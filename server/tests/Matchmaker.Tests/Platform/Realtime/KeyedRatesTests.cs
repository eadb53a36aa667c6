using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Realtime;

public sealed class KeyedRatesTests
{
    private const int MaxKeys = 1000;
    private readonly FakeTime _time = new();
    private readonly KeyedRates<Guid> _rates;
    private readonly Guid _me = Guid.NewGuid();

    public KeyedRatesTests() => _rates = new KeyedRates<Guid>(_time, MaxKeys);

    [Fact]
    public void The_last_one_allowed_counts_and_the_next_is_told_how_long_to_wait()
    {
        Assert.True(_rates.TryCount(_me, 2, out _));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(_rates.TryCount(_me, 2, out var none));
        Assert.Equal(TimeSpan.Zero, none);

        Assert.False(_rates.TryCount(_me, 2, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(40), wait);
        Assert.False(_rates.HasRoom(_me, 2, out wait));
        Assert.Equal(TimeSpan.FromSeconds(40), wait);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(61)]
    [InlineData(1000)]
    public void A_minute_after_the_first_there_is_room_again_and_not_before(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.True(_rates.TryCount(_me, 1, out _));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(_rates.TryCount(_me, 1, out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_rates.TryCount(_me, 1, out _));
        Assert.False(_rates.TryCount(_me, 1, out _));
    }

    [Fact]
    public void What_was_told_to_wait_is_enough_and_never_more_than_a_minute()
    {
        var random = new Random(7);
        for (var i = 0; i < 500; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(random.Next(0, 15)));
            if (!_rates.TryCount(_me, 3, out var wait))
            {
                Assert.InRange(wait, TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
                _time.Advance(wait - TimeSpan.FromTicks(1));
                Assert.False(_rates.HasRoom(_me, 3, out _));
                _time.Advance(TimeSpan.FromTicks(1));
                Assert.True(_rates.TryCount(_me, 3, out _));
            }
        }
    }

    [Fact]
    public void What_is_refused_or_only_asked_does_not_count()
    {
        Assert.True(_rates.HasRoom(_me, 1, out _));
        Assert.Equal(0, _rates.Keys);
        Assert.True(_rates.TryCount(_me, 1, out _));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(_rates.TryCount(_me, 1, out _));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(_rates.TryCount(_me, 1, out _));
    }

    [Fact]
    public void At_the_bound_a_new_key_is_counted_for_itself_and_another_is_forgotten()
    {
        Fill(MaxKeys);
        Assert.Equal((MaxKeys, 0), (_rates.Keys, _rates.Evictions));

        Assert.True(_rates.TryCount(_me, 1, out _));

        Assert.False(_rates.TryCount(_me, 1, out _));
        Assert.Equal((MaxKeys, 1), (_rates.Keys, _rates.Evictions));
    }

    [Fact]
    public void A_flood_of_keys_lifts_nobodys_limit()
    {
        var busy = Enumerable.Range(0, MaxKeys / 2).Select(_ => Guid.NewGuid()).ToList();
        foreach (var key in busy)
        {
            for (var i = 0; i < 5; i++)
            {
                Assert.True(_rates.TryCount(key, 5, out _));
            }
        }

        Fill(100 * MaxKeys);

        Assert.All(busy, key => Assert.False(_rates.TryCount(key, 5, out _)));
        Assert.Equal(MaxKeys, _rates.Keys);
    }

    [Fact]
    public void What_is_over_goes_before_what_is_counted()
    {
        Fill(MaxKeys - 1);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_rates.TryCount(_me, 1, out _));

        Fill(MaxKeys / 2);

        Assert.False(_rates.TryCount(_me, 1, out _));
        Assert.Equal((MaxKeys, MaxKeys / 2), (_rates.Keys, _rates.Evictions));
    }

    [Fact]
    public void Many_at_once_do_not_get_more_than_allowed()
    {
        var allowed = 0;
        Parallel.For(0, 20_000, i =>
        {
            _rates.TryCount(Guid.NewGuid(), 1, out var _);
            if (_rates.TryCount(_me, 10, out var _))
            {
                Interlocked.Increment(ref allowed);
            }
        });

        Assert.Equal(10, allowed);
        Assert.Equal(MaxKeys, _rates.Keys);
    }

    private void Fill(int keys)
    {
        for (var i = 0; i < keys; i++)
        {
            Assert.True(_rates.TryCount(Guid.NewGuid(), 1, out _));
        }
    }
}
