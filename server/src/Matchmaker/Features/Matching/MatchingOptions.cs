using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Features.Matching;

/// <summary>The queue and invites. Section <c>Matching</c>.</summary>
internal sealed class MatchingOptions
{
    public const string Section = "Matching";

    /// <summary>How long languages are a hard wish.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan LanguagesHardFor { get; set; } = MatchRules.Default.LanguagesHardFor;

    /// <summary>Pairs in one commit: where the cost a pair stops falling, and its locks are held for two milliseconds.</summary>
    [Range(1, 500)]
    public int PairsPerCommit { get; set; } = 64;

    /// <summary>How long the matcher's lease holds; renewed each second. A follower takes over after this.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>How often those who wait hear of their place, if it changed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan StatusEvery { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a place is kept without a connection.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an invite rings, and by how much it may be extended.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00")]
    public TimeSpan Ring { get; set; } = TimeSpan.FromSeconds(20);

    [Range(0, 10)]
    public int MaxExtensions { get; set; } = 2;

    /// <summary>Invites a minute that one person may send.</summary>
    [Range(1, 1000)]
    public int InvitesPerMinuteSent { get; set; } = 10;

    /// <summary>Invites a minute that reach one person, from whomever.</summary>
    [Range(1, 1000)]
    public int InvitesPerMinuteReceived { get; set; } = 20;

    /// <summary>How long the two do not meet after an explicit no.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan DeclineCooldown { get; set; } = TimeSpan.FromHours(24);

    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan RescindCooldown { get; set; } = TimeSpan.FromHours(1);

    /// <summary>The same when nobody answered: being away is not a no.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan ExpiryCooldown { get; set; } = TimeSpan.FromMinutes(10);
}
