using System.Diagnostics.Metrics;

namespace Matchmaker.Platform.Realtime;

/// <summary>What leaves, what is refused and what is cut on the hub's connections.</summary>
internal sealed class RealtimeMetrics
{
    public RealtimeMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Matchmaker.Realtime");
        Sent = meter.CreateCounter<long>("matchmaker.outbox.sent");
        SentBytes = meter.CreateCounter<long>("matchmaker.outbox.sent_bytes", "By");
        Superseded = meter.CreateCounter<long>("matchmaker.outbox.superseded");
        SlowConsumers = meter.CreateCounter<long>("matchmaker.outbox.slow_consumers");
        RateLimited = meter.CreateCounter<long>("matchmaker.hub.rate_limited");
        Flooded = meter.CreateCounter<long>("matchmaker.hub.flooded");
        CatchUps = meter.CreateCounter<long>("matchmaker.catch_ups");
    }

    public Counter<long> Sent { get; }

    public Counter<long> SentBytes { get; }

    public Counter<long> Superseded { get; }

    /// <summary>Connections closed because they did not read.</summary>
    public Counter<long> SlowConsumers { get; }

    /// <summary>Hub calls refused with <c>rate_limited</c>.</summary>
    public Counter<long> RateLimited { get; }

    /// <summary>Connections closed because they sent too many frames.</summary>
    public Counter<long> Flooded { get; }

    /// <summary>Times that the rows were asked for what other instances may have told in vain.</summary>
    public Counter<long> CatchUps { get; }
}
