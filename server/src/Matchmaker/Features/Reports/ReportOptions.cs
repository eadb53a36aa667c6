using System.ComponentModel.DataAnnotations;

namespace Matchmaker.Features.Reports;

/// <summary>Reports, and how long they are kept. Section <c>Reports</c>.</summary>
internal sealed class ReportOptions
{
    public const string Section = "Reports";

    /// <summary>How long after its end a call may be reported.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan Within { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Reports of one person within <see cref="Period"/>: more is a flood, and five calls that bad in a row is an evening to end.</summary>
    [Range(1, 1000)]
    public int MaxInPeriod { get; set; } = 5;

    /// <summary>See <see cref="MaxInPeriod"/>.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>The weight of a case at which its person is held: four strangers from different networks.</summary>
    [Range(1d, 1000d)]
    public double HoldAt { get; set; } = 4;

    /// <summary>How long such a hold lasts at most, when nobody looks; the next report would hold the person again.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan HoldFor { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Lines of the call's chat that are kept with a report, the last.</summary>
    [Range(0, 1000)]
    public int MaxLines { get; set; } = 200;

    /// <summary>How long after the decision the lines are kept: as long as somebody may still appeal.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepChatFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long after the decision a case and its reports are kept: the record of those who report is made of them.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(180);
}
