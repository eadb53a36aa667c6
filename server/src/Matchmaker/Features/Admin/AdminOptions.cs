using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Features.Admin;

/// <summary>The console's accounts and sessions. Section <c>Admin</c>.</summary>
internal sealed class AdminOptions
{
    public const string Section = "Admin";

    /// <summary>How long a sign-in holds: one working day.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "1.00:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Without a request for so long it ends: somebody has left the desk.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Rounds of PBKDF2-HMAC-SHA512 for a password: OWASP's figure for 2023. About 0.1 s.</summary>
    [Range(10_000, 10_000_000)]
    public int PasswordIterations { get; set; } = 210_000;

    /// <summary>Wrong passwords or codes, for an account from a network, before the next one has to wait.</summary>
    [Range(1, 100)]
    public int FreeAttempts { get; set; } = 5;

    /// <summary>The first wait; each further wrong attempt doubles it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LockOut { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>No wait is longer, and after so long without an attempt the counting begins anew.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan LongestLockOut { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// The wait where the account has signed in before: short, so that nobody in the same house can lock it out, and long
    /// enough that guessing codes takes months, even for whoever has the password.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan PauseAtKnownNetwork { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Consoles connected to an instance at once; each costs a socket and a hint every few seconds.</summary>
    [Range(1, 10_000)]
    public int MaxConnections { get; set; } = 100;
}
