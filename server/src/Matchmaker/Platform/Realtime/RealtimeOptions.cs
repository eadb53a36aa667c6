using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Platform.Realtime;

/// <summary>Bounds of one connection. Section <c>Realtime</c>.</summary>
internal sealed class RealtimeOptions
{
    public const string Section = "Realtime";

    /// <summary>Largest frame a browser may send, in bytes: a 64 KB signal with its envelope. A larger one closes the connection.</summary>
    [Range(16_384, 1_048_576)]
    public int MaxFrameBytes { get; set; } = 80 * 1024;

    /// <summary>Unsent bytes a connection may have waiting: three of the largest frames. More means it does not read.</summary>
    [Range(65_536, 4_194_304)]
    public int MaxQueuedBytes { get; set; } = 256 * 1024;

    /// <summary>Unsent messages a connection may have waiting.</summary>
    [Range(16, 10_000)]
    public int MaxQueuedMessages { get; set; } = 256;

    /// <summary>How long one write may take before the connection counts as not reading.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>WebSocket ping interval: with the timeout below a vanished peer is noticed within 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30")]
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>How long a pong may take. Browsers answer without JavaScript, also in hidden tabs.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30")]
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(4);

    /// <summary>A socket that says no SignalR handshake within this time is closed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:00:30")]
    public TimeSpan HandshakeTimeout { get; set; } = TimeSpan.FromSeconds(5);
}
