using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Features.Safety;

/// <summary>Section <c>Safety</c>.</summary>
internal sealed class SafetyOptions
{
    public const string Section = "Safety";

    /// <summary>People one user may block. Everybody's list is read when they look for somebody, so it has an end.</summary>
    [Range(1, 100_000)]
    public int MaxBlocks { get; set; } = 1000;

    /// <summary>How often cooldowns that are over are deleted. They have no effect any more: this only frees room.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan SweepPeriod { get; set; } = TimeSpan.FromMinutes(10);
}
