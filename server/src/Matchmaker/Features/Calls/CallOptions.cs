using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Features.Calls;

/// <summary>The call and what follows it. Section <c>Calls</c>.</summary>
internal sealed class CallOptions
{
    public const string Section = "Calls";

    /// <summary>Seconds from which on a call is in the history; a shorter one was a misdial.</summary>
    [Range(0, 600)]
    public int HistoryFromSeconds { get; set; } = 5;

    /// <summary>How long two people do not meet again after a call.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan Cooldown { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The same after a misdial or a lost partner: nobody chose that.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan ShortCooldown { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long somebody who lost the connection may take to come back.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the two wait to hear whether the end is written; afterwards they hear <c>pending</c>.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:00:05")]
    public TimeSpan EndPatience { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long ago a call ended that goes to the archive (the documents' figure).</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan ArchiveAfter { get; set; } = TimeSpan.FromDays(7);

    /// <summary>The same when memory is short.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan ArchiveUnderPressureAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Ends that may wait for the database; beyond it the sweep closes the rows with the last time seen.</summary>
    [Range(100, 1_000_000)]
    public int MaxPendingEnds { get; set; } = 10_000;
}
