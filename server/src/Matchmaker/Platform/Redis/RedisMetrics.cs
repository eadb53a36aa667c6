using System.Diagnostics.Metrics;

namespace Matchmaker.Platform.Redis;

/// <summary>What goes to other instances and comes from them, and what is lost on the way.</summary>
internal sealed class RedisMetrics
{
    private readonly Meter _meter;

    public RedisMetrics(IMeterFactory meters)
    {
        _meter = meters.Create("Matchmaker.Redis");
        Sent = _meter.CreateCounter<long>("matchmaker.redis.sent", "{message}", "Messages that Redis took.");
        SentBytes = _meter.CreateCounter<long>("matchmaker.redis.sent_bytes", "By", "The same in bytes.");
        Dropped = _meter.CreateCounter<long>("matchmaker.redis.dropped", "{message}", "Not sent, or not handled: the queue was full or nobody could be reached.");
        Failed = _meter.CreateCounter<long>("matchmaker.redis.failed", "{message}", "Sent without an answer of Redis in time.");
        Received = _meter.CreateCounter<long>("matchmaker.redis.received", "{message}", "Messages of other instances.");
        Duplicates = _meter.CreateCounter<long>("matchmaker.redis.duplicates", "{message}", "Came again, or after a later one; not handled.");
        Lost = _meter.CreateCounter<long>("matchmaker.redis.lost", "{gap}", "Gaps in what another instance told.");
        Links = _meter.CreateCounter<long>("matchmaker.redis.links", "{link}", "Links opened, the first included.");
        Lag = _meter.CreateHistogram<double>("matchmaker.carrier.lag", "s", "From sending a beat until its echo came back through Redis.");
    }

    public Counter<long> Sent { get; }

    public Counter<long> SentBytes { get; }

    public Counter<long> Dropped { get; }

    public Counter<long> Failed { get; }

    public Counter<long> Received { get; }

    public Counter<long> Duplicates { get; }

    public Counter<long> Lost { get; }

    public Counter<long> Links { get; }

    public Histogram<double> Lag { get; }

    /// <summary>Where there is a carrier, whether it is up.</summary>
    public void Observe(Func<bool> isUp) => _meter.CreateObservableGauge(
        "matchmaker.carrier.up", () => isUp() ? 1 : 0, description: "1 when other instances can be reached; none without REDIS_URL.");
}
