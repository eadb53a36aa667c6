using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Calls;

public sealed class LiveCallsTests
{
    private readonly FakeTime _time = new();
    private readonly LiveCalls _live;

    public LiveCallsTests() => _live = new LiveCalls(_time, Options.Create(new PresenceOptions()));

    [Fact]
    public void Ended_calls_are_remembered_for_five_minutes()
    {
        var first = End();
        _time.Advance(TimeSpan.FromMinutes(5));
        End();
        Assert.NotNull(_live.FindEnded(first));
        _time.Advance(TimeSpan.FromTicks(1));
        End();

        Assert.Null(_live.FindEnded(first));
        Assert.Equal(2, _live.Ended);
    }

    [Fact]
    public void Of_more_ended_calls_than_there_is_room_for_the_oldest_is_forgotten()
    {
        var (first, second) = (End(), End());
        for (var i = 2; i < LiveCalls.MaxEnded; i++)
        {
            End();
        }

        Assert.NotNull(_live.FindEnded(first));
        End();

        Assert.Null(_live.FindEnded(first));
        Assert.NotNull(_live.FindEnded(second));
        Assert.Equal((0, LiveCalls.MaxEnded), (_live.Count, _live.Ended));
    }

    [Fact]
    public void A_call_that_was_not_here_and_is_over_is_not_added_for_a_minute()
    {
        var (call, ended) = (Create(), End());
        Assert.Null(_live.HearOver(call.CallId));
        Assert.Null(_live.HearOver(ended));
        Assert.Equal(1, _live.Over);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Null(_live.Add(call));
        _time.Advance(TimeSpan.FromTicks(1));

        Assert.Equal(call, _live.Add(call));
        Assert.Equal(call, _live.HearOver(call.CallId));
    }

    private static LiveCall Create() => new(
        Guid.NewGuid(), CallOrigin.Queue, 300, default, 0, 0, new LiveSeat(Cards.Deleted(Guid.NewGuid()), null, null),
        new LiveSeat(Cards.Deleted(Guid.NewGuid()), null, null));

    private Guid End()
    {
        var call = Create();
        Assert.Equal(call, _live.Add(call));
        call.Ending = Task.FromResult(new CallEnded(call.CallId, EndReason.Hangup, 1, Recorded.No, null, 2));
        _live.Remove(call);
        return call.CallId;
    }
}
