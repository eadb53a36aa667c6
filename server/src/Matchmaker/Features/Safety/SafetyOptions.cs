using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Features.Safety;

/// <summary>Section <c>Safety</c>.</summary>
internal sealed class SafetyOptions
{
    public const string Section = "Safety";

    /// <summary>People one user may block. Everybody's list is read when they look for somebody, so it has an end.</summary>
    [Range(1, 100_000)]
    public int MaxBlocks { get; set; } = 1000;

    /// <summary>
    /// Users whose standing is known here, so that they get in while the database is away; as many as may be connected by
    /// default. Some 250 bytes each.
    /// </summary>
    [Range(1, 1_000_000)]
    public int CachedStandings { get; set; } = 1200;

    /// <summary>
    /// How often an instance asks what was done about people elsewhere, whether Redis is there or not. A measure is in force
    /// everywhere after at most this time, and a second for ending what the person is in.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:10")]
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Address bans in force at a time: every instance knows them all, at some 400 bytes each.</summary>
    [Range(1, 10_000)]
    public int MaxAddressBans { get; set; } = 5000;
}
