using Matchmaker.Features.Matching;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Matching;

public class InviteRatesTests
{
    private readonly FakeTime _time = new();
    private readonly InviteRates _rates;
    private readonly Guid _me = Guid.NewGuid();

    public InviteRatesTests() => _rates = new InviteRates(_time);

    [Fact]
    public void The_last_one_allowed_counts_and_the_next_is_told_how_long_to_wait()
    {
        Assert.True(_rates.TryCount(sent: true, _me, 2, out _));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(_rates.TryCount(sent: true, _me, 2, out var none));
        Assert.Equal(TimeSpan.Zero, none);

        Assert.False(_rates.TryCount(sent: true, _me, 2, out var wait));
        Assert.Equal(TimeSpan.FromSeconds(40), wait);
    }

    [Fact]
    public void A_minute_later_there_is_room_again_and_not_before()
    {
        Assert.True(_rates.TryCount(sent: true, _me, 1, out _));
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(_rates.TryCount(sent: true, _me, 1, out _));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_rates.TryCount(sent: true, _me, 1, out _));
        Assert.False(_rates.TryCount(sent: true, _me, 1, out _));
    }

    [Fact]
    public void What_is_refused_does_not_count()
    {
        Assert.True(_rates.TryCount(sent: true, _me, 1, out _));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.False(_rates.TryCount(sent: true, _me, 1, out _));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(_rates.TryCount(sent: true, _me, 1, out _));
    }

    [Fact]
    public void Sender_and_recipient_and_different_people_are_counted_apart()
    {
        Assert.True(_rates.TryCount(sent: true, _me, 1, out _));
        Assert.True(_rates.TryCount(sent: false, _me, 1, out _));
        Assert.True(_rates.TryCount(sent: true, Guid.NewGuid(), 1, out _));
        Assert.False(_rates.TryCount(sent: false, _me, 1, out _));
    }

    [Fact]
    public void Who_asked_lately_is_remembered_when_many_others_are_forgotten()
    {
        for (var i = 0; i < 20_000; i++)
        {
            _rates.TryCount(sent: true, Guid.NewGuid(), 1, out _);
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(_rates.TryCount(sent: true, _me, 1, out _));
        Assert.True(_rates.TryCount(sent: true, Guid.NewGuid(), 1, out _)); // forgets
        Assert.False(_rates.TryCount(sent: true, _me, 1, out _));
    }

    [Fact]
    public void Many_at_once_do_not_get_more_than_allowed()
    {
        var allowed = 0;
        Parallel.For(0, 1000, _ =>
        {
            if (_rates.TryCount(sent: true, _me, 10, out var _))
            {
                Interlocked.Increment(ref allowed);
            }
        });

        Assert.Equal(10, allowed);
    }
}
