using System.Diagnostics.Metrics;

namespace Matchmaker.Platform.Redis;

/// <summary>What goes to other instances and comes from them, and what is lost on the way.</summary>
internal sealed class RedisMetrics
{
    public RedisMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Matchmaker.Redis");
        Sent = meter.CreateCounter<long>("matchmaker.redis.sent");
        SentBytes = meter.CreateCounter<long>("matchmaker.redis.sent_bytes", "By");
        Dropped = meter.CreateCounter<long>("matchmaker.redis.dropped");
        Failed = meter.CreateCounter<long>("matchmaker.redis.failed");
        Received = meter.CreateCounter<long>("matchmaker.redis.received");
        Duplicates = meter.CreateCounter<long>("matchmaker.redis.duplicates");
        Lost = meter.CreateCounter<long>("matchmaker.redis.lost");
        Links = meter.CreateCounter<long>("matchmaker.redis.links");
    }

    public Counter<long> Sent { get; }

    public Counter<long> SentBytes { get; }

    /// <summary>Not sent, or not handled: the queue was full or nobody could be reached.</summary>
    public Counter<long> Dropped { get; }

    /// <summary>Sent without an answer of Redis in time.</summary>
    public Counter<long> Failed { get; }

    public Counter<long> Received { get; }

    /// <summary>Came again, or after a later one; not handled.</summary>
    public Counter<long> Duplicates { get; }

    /// <summary>Gaps in what another instance told.</summary>
    public Counter<long> Lost { get; }

    /// <summary>Links opened, the first included.</summary>
    public Counter<long> Links { get; }
}
