using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Features.Calls;

/// <summary>The calls of this instance.</summary>
internal sealed class CallHealth(LiveCalls live, PendingEnds pending) : IHealthSection
{
    public string Name => "calls";

    public object Describe() => new { Live = live.Count, EndsWaiting = pending.Count };
}
