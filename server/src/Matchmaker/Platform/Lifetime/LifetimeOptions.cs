using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Platform.Lifetime;

/// <summary>How an instance stops. Section <c>Lifetime</c>.</summary>
internal sealed class LifetimeOptions
{
    public const string Section = "Lifetime";

    /// <summary>
    /// How long people have to move, and ends to be written. A full instance needs 12 s; with what stopping itself may take
    /// (<see cref="DrainingLifetime.StopFor"/>) it ends before 40 s, and a host has to wait longer than that.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan DrainFor { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Connections a second that are asked to move: what the other instances take in beside their own work.</summary>
    [Range(1, 10_000)]
    public int MovesPerSecond { get; set; } = 100;
}
