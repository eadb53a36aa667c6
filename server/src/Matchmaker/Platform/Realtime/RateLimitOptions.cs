using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// Rates of one connection and of HTTP. Section <c>RateLimits</c>; the variable
/// <c>RATE_LIMITS</c> switches all of them.
/// </summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>Off only for load runs, and said loudly at the start.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Commands a second and at once: far above what hands do, far below what hurts.</summary>
    [Range(1, 1000)]
    public int CommandsPerSecond { get; set; } = 20;

    [Range(1, 1000)]
    public int CommandBurst { get; set; } = 60;

    /// <summary>Signals a second and at once: a call's set-up sends some tens of candidates.</summary>
    [Range(1, 1000)]
    public int SignalsPerSecond { get; set; } = 50;

    [Range(1, 1000)]
    public int SignalBurst { get; set; } = 200;

    /// <summary>Chat lines a second and at once (the contract's figures).</summary>
    [Range(1, 100)]
    public int ChatPerSecond { get; set; } = 2;

    [Range(1, 100)]
    public int ChatBurst { get; set; } = 10;

    /// <summary>Frames of any kind a second and at once; more closes the connection. Above the sum of the budgets.</summary>
    [Range(10, 10_000)]
    public int FramesPerSecond { get; set; } = 100;

    [Range(10, 10_000)]
    public int FrameBurst { get; set; } = 500;

    /// <summary>HTTP requests a minute of one signed-in user.</summary>
    [Range(10, 100_000)]
    public int RequestsPerMinutePerUser { get; set; } = 240;

    /// <summary>HTTP requests a minute of one address (IPv6: one /64): many people may share one.</summary>
    [Range(10, 100_000)]
    public int RequestsPerMinutePerAddress { get; set; } = 1200;

    /// <summary>Guest accounts a minute from one address: a school may, a script may not.</summary>
    [Range(1, 100_000)]
    public int GuestsPerMinutePerAddress { get; set; } = 60;
}
