using System.ComponentModel.DataAnnotations;
using Matchmaker.Platform.Settings;

namespace Matchmaker.Platform.Memory;

/// <summary>
/// How much memory this process may hold, and what it does about it. Section <c>Memory</c>; also from
/// <c>MEMORY_LIMIT_MB</c>, <c>MEMORY_WARNING_THRESHOLD</c>, <c>MEMORY_CRITICAL_THRESHOLD</c> (MB), <c>MEMORY_CHECK_INTERVAL</c>
/// and <c>CLEANUP_COOLDOWN</c> (ms).
/// </summary>
internal sealed class MemoryOptions
{
    public const string Section = "Memory";

    /// <summary>Memory of the process in MB. Not set: the container's limit, else the machine's memory.</summary>
    [Range(64, 1_048_576)]
    [Variable("MEMORY_LIMIT_MB")]
    public int? LimitMb { get; set; }

    /// <summary>Where <c>high</c> begins, in MB; under <see cref="CriticalMb"/>. Not set: 88 % of the limit.</summary>
    [Range(1, 1_048_576)]
    [Variable("MEMORY_WARNING_THRESHOLD")]
    public int? WarningMb { get; set; }

    /// <summary>Where <c>critical</c> begins, in MB; under the limit. Not set: 94 % of the limit.</summary>
    [Range(1, 1_048_576)]
    [Variable("MEMORY_CRITICAL_THRESHOLD")]
    public int? CriticalMb { get; set; }

    /// <summary>Time between two looks; four a second near pressure.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:05:00")]
    [Variable("MEMORY_CHECK_INTERVAL", IsMilliseconds = true)]
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Least time between two clean-ups that pressure asks for: the second would find nothing.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    [Variable("CLEANUP_COOLDOWN", IsMilliseconds = true)]
    public TimeSpan CleanupCooldown { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two periodic clean-ups, which nothing has to ask for (the documents' figure).</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan CleanupPeriod { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Time between two lines about memory in the log.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan ReportPeriod { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>When whoever is refused by <c>shed</c> may try again: a collection and a few looks later.</summary>
    [Range(1, 300)]
    public int ShedRetrySeconds { get; set; } = 10;
}
