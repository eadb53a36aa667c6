using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Features.Matching;

/// <summary>The queue as this instance sees it; only the one that leads has everybody in its pool.</summary>
internal sealed class QueueHealth(Pairing pairing, Queue queue) : IHealthSection
{
    public string Name => "queue";

    public object Describe() => new { Waiting = pairing.Waiting, OfThisInstance = queue.Mine.Count, Leader = pairing.Epoch is not null };
}
