using System.Diagnostics.Metrics;

namespace Matchmaker.Features.Matching;

/// <summary>The queue as it is. Only the instance that leads has everybody in its pool.</summary>
internal sealed class QueueMetrics
{
    public QueueMetrics(IMeterFactory meters, Pairing pairing, Queue queue)
    {
        var meter = meters.Create("Matchmaker.Queue");
        meter.CreateObservableGauge(
            "matchmaker.queue.waiting", () => pairing.Waiting, "{person}",
            "People in the pool of this instance: all of them on the one that leads, none on the others; add them up.");
        meter.CreateObservableGauge("matchmaker.queue.tickets", () => queue.Count, "{person}", "People who wait and are this instance's, those on hold included.");
        meter.CreateObservableGauge("matchmaker.matcher.leads", () => pairing.Epoch is null ? 0 : 1, description: "1 on the instance that leads the matcher.");
    }
}
