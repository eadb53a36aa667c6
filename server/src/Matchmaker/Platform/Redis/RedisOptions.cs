using System.ComponentModel.DataAnnotations;
using Matchmaker.Platform.Settings;

namespace Matchmaker.Platform.Redis;

/// <summary>What carries between instances. Section <c>Redis</c>; <c>Url</c> comes from <c>REDIS_URL</c>. Without it: one instance.</summary>
internal sealed class RedisOptions
{
    public const string Section = "Redis";

    [Variable("REDIS_URL")]
    public string? Url { get; set; }

    /// <summary>How long opening a link may take.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one message may wait for Redis's answer; after that nothing is sent until an echo came back in this time.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:00:10")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often this instance sends itself an echo: only that shows that a silent link still hears.</summary>
    [Range(typeof(TimeSpan), "00:00:00.05", "00:00:05")]
    public TimeSpan Beat { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Without an echo for this long the link is replaced by a new one: four beats, so that one slow one does not.</summary>
    [Range(typeof(TimeSpan), "00:00:00.2", "00:00:30")]
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>Messages that may wait in one direction: half a second of what one Redis link carries. More are dropped.</summary>
    [Range(100, 1_000_000)]
    public int MaxQueuedMessages { get; set; } = 10_000;

    /// <summary>The same in bytes: a hundred of the largest signals.</summary>
    [Range(262_144, 268_435_456)]
    public int MaxQueuedBytes { get; set; } = 8 * 1024 * 1024;
}
