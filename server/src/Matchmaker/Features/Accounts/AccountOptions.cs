using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Features.Accounts;

/// <summary>Logins and the copies of accounts in memory. Section <c>Accounts</c>.</summary>
internal sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>How long a login holds: a guest has no other way back to the account.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "90.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Logins kept in memory.</summary>
    [Range(1, 1_000_000)]
    public int CachedSessions { get; set; } = 300;

    /// <summary>Cards kept in memory.</summary>
    [Range(1, 1_000_000)]
    public int CachedUsers { get; set; } = 200;

    /// <summary>What they may hold together, in bytes by estimate; the documents' kilobyte each.</summary>
    [Range(1024, 1_073_741_824)]
    public long CachedSessionBytes { get; set; } = 300 * 1024;

    /// <summary>What the cards in memory may hold together, in bytes by estimate; the documents' five kilobytes each.</summary>
    [Range(1024, 1_073_741_824)]
    public long CachedUserBytes { get; set; } = 1024 * 1024;

    /// <summary>How long another instance's logout may go unnoticed here.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan SessionFreshness { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long another instance's change of a profile may go unnoticed here.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan UserFreshness { get; set; } = TimeSpan.FromMinutes(5);
}
