using System.Text;
using Matchmaker.Features.Signaling;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Tests.Features.Signaling;

public class SignalBufferTests
{
    private const long MaxAge = 60;
    private readonly SignalBudget _budget = new(maxBytes: 150);
    private readonly SignalBuffer _buffer;

    public SignalBufferTests() => _buffer = new(maxBytes: 100, maxCandidates: 3, MaxAge, _budget);

    [Fact]
    public void A_description_and_the_candidates_after_it_are_read_in_order()
    {
        Keep(SignalKind.Offer, "offer", 1);
        Keep(SignalKind.Ice, "one", 2);
        Keep(SignalKind.Ice, "two", 3);

        AssertSince(0, 5, true, ["offer", "one", "two"]);
    }

    [Fact]
    public void What_all_calls_keep_together_has_an_end_and_who_goes_beyond_it_gives()
    {
        var other = new SignalBuffer(100, 3, MaxAge, _budget);
        other.Keep(SignalKind.Offer, new RawJson(new byte[90]), 1);
        Keep(SignalKind.Offer, new string('x', 50), 2);
        Assert.Equal((140, 0), (_budget.Bytes, _budget.Dropped));

        Keep(SignalKind.Ice, "a candidate", 3);

        Assert.Equal((101, 1), (_budget.Bytes, _budget.Dropped));
        AssertSince(0, 5, false, ["a candidate"]);
        Assert.True(other.Since(0, 5).Complete);
        other.Close();
        Assert.Equal(11, _budget.Bytes);
    }

    [Fact]
    public void What_is_too_old_goes_also_when_nothing_comes_after_it()
    {
        Keep(SignalKind.Offer, "offer", 1);
        _buffer.Age(1 + MaxAge);
        Assert.Equal(5, _budget.Bytes);

        _buffer.Age(2 + MaxAge);

        Assert.Equal(0, _budget.Bytes);
        AssertSince(0, 2 + MaxAge, false, []);
    }

    [Fact]
    public void Only_what_was_sent_since_is_read()
    {
        Keep(SignalKind.Offer, "offer", 1);
        Keep(SignalKind.Ice, "one", 2);
        Keep(SignalKind.Ice, "two", 3);

        AssertSince(2, 5, true, ["one", "two"]);
        AssertSince(4, 5, true, []);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_new_offer_or_restart_begins_a_new_round(bool restart)
    {
        Keep(SignalKind.Offer, "old", 1);
        Keep(SignalKind.Ice, "old candidate", 2);
        Keep(SignalKind.Answer, "old answer", 3);
        Keep(restart ? SignalKind.Restart : SignalKind.Offer, "new", 4);
        Keep(SignalKind.Ice, "new candidate", 5);

        AssertSince(0, 6, true, ["new", "new candidate"]);
    }

    [Fact]
    public void An_answer_takes_the_place_of_the_description_before_and_keeps_the_candidates()
    {
        Keep(SignalKind.Offer, "offer", 1);
        Keep(SignalKind.Ice, "candidate", 2);
        Keep(SignalKind.Answer, "first", 3);
        Keep(SignalKind.Answer, "second", 4);

        AssertSince(0, 5, true, ["candidate", "second"]);
    }

    [Fact]
    public void Beyond_the_candidates_the_oldest_go_and_the_rest_is_not_complete()
    {
        for (var i = 1; i <= 4; i++)
        {
            Keep(SignalKind.Ice, $"{i}", i);
        }

        AssertSince(0, 5, false, ["2", "3", "4"]);
        AssertSince(1, 5, false, ["2", "3", "4"]);
        AssertSince(2, 5, true, ["2", "3", "4"]); // who left after it was dropped misses nothing
    }

    [Fact]
    public void Beyond_the_bytes_the_oldest_go_and_the_rest_is_not_complete()
    {
        Keep(SignalKind.Offer, new string('o', 60), 1);
        Keep(SignalKind.Ice, new string('a', 40), 2);
        Assert.True(Since(0, 3).Complete);
        Keep(SignalKind.Ice, "b", 3);

        AssertSince(0, 4, false, [new string('a', 40), "b"]);
    }

    [Fact]
    public void One_that_is_larger_than_everything_is_not_kept()
    {
        Keep(SignalKind.Offer, new string('o', 101), 1);

        AssertSince(0, 2, false, []);
        Keep(SignalKind.Offer, "small", 3);
        Assert.Equal(["small"], Since(0, 4).Signals);
    }

    [Fact]
    public void What_a_new_round_dropped_leaves_room_for_new()
    {
        for (var round = 0; round < 10; round++)
        {
            Keep(SignalKind.Offer, new string('o', 50), (10 * round) + 1);
            Keep(SignalKind.Ice, new string('a', 20), (10 * round) + 2);
            Keep(SignalKind.Ice, new string('b', 20), (10 * round) + 3);
        }

        var (signals, complete) = Since(0, 100);
        Assert.Equal((3, true), (signals.Length, complete));
    }

    [Fact]
    public void What_is_too_old_is_not_read_and_the_rest_is_not_complete()
    {
        Keep(SignalKind.Offer, "old", 1);
        Keep(SignalKind.Ice, "young", 40);

        AssertSince(0, 1 + MaxAge, true, ["old", "young"]);
        AssertSince(0, 2 + MaxAge, false, ["young"]);
        Keep(SignalKind.Ice, "now", 2 + MaxAge); // drops it for good
        AssertSince(0, 2 + MaxAge, false, ["young", "now"]);
        AssertSince(2, 2 + MaxAge, true, ["young", "now"]);
    }

    private void Keep(SignalKind kind, string text, long now) => _buffer.Keep(kind, new RawJson(Encoding.UTF8.GetBytes(text)), now);

    private void AssertSince(long stamp, long now, bool complete, string[] signals)
    {
        var since = Since(stamp, now);
        Assert.Equal(signals, since.Signals);
        Assert.Equal(complete, since.Complete);
    }

    private (string[] Signals, bool Complete) Since(long stamp, long now)
    {
        var (signals, complete) = _buffer.Since(stamp, now);
        return ([.. signals.Select(s => Encoding.UTF8.GetString(s.Data.Bytes.Span))], complete);
    }
}
