using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Features.Privacy;

/// <summary>How long what people leave behind is kept, and how often they may take it with them. Section <c>Privacy</c>.</summary>
internal sealed class PrivacyOptions
{
    public const string Section = "Privacy";

    /// <summary>How long a call stays in the history of its two people, with its chat.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepHistoryFor { get; set; } = TimeSpan.FromDays(365);

    /// <summary>How long an account is kept that nobody can come back to: a guest's, whose login has run out.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepUnreachableFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Exports of one person: each may read a thousand calls.</summary>
    [Range(1, 100)]
    public int ExportsPerMinute { get; set; } = 3;
}
