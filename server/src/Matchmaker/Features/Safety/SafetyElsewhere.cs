using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Safety;

/// <summary>Follows blocks that other instances wrote. What is missed, the statement that would start a call finds in the rows.</summary>
internal sealed class SafetyElsewhere : IFollower
{
    public SafetyElsewhere(Safety safety, ICarrier carrier)
    {
        carrier.On(SafetyTopics.Blocked, safety.HearBlocked);
        carrier.On(SafetyTopics.Unblocked, safety.HearUnblocked);
    }

    public Task CatchUp() => Task.CompletedTask;
}
