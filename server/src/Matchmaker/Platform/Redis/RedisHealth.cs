using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Redis;

/// <summary>Whether other instances can be reached. If not, this one still serves all that is its own: degraded, and ready.</summary>
internal sealed class RedisHealth(ICarrier carrier, IOptions<RedisOptions> options) : IHealthSection, IReadinessCheck
{
    public string Name => "redis";

    /// <summary>How many messages wait to be sent.</summary>
    public int Queued => (carrier as RedisCarrier)?.Queued ?? 0;

    public int MaxQueued => options.Value.MaxQueuedMessages;

    /// <summary>How many were not sent, because too many waited or nobody could be reached.</summary>
    public long Dropped => (carrier as RedisCarrier)?.Dropped ?? 0;

    /// <summary>Bytes that came from others and wait to be handled.</summary>
    public long IncomingBytes => (carrier as RedisCarrier)?.IncomingBytes ?? 0;

    public long MaxIncomingBytes => options.Value.MaxQueuedBytes;

    /// <summary>How many came and were not handled, because too much waited.</summary>
    public long NotHandled => (carrier as RedisCarrier)?.NotHandled ?? 0;

    public object Describe() => new
    {
        Status = carrier.IsAlone ? "not configured" : carrier.IsUp ? "connected" : "away",
        Queued,
    };

    public ValueTask<Unready?> Check() => new(carrier.IsUp ? null : new Unready("redis", Degraded: true));
}
