using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Admin;

/// <summary>What a role may do to people. Pure.</summary>
internal static class Powers
{
    private static readonly TimeSpan _week = TimeSpan.FromDays(7);
    private static readonly TimeSpan _month = TimeSpan.FromDays(30);

    /// <summary>The longest hold or ban with an end.</summary>
    public static TimeSpan LongestBan(AdminRole role) => role switch
    {
        AdminRole.Viewer => TimeSpan.Zero,
        AdminRole.Moderator => _week,
        _ => _month,
    };

    public static bool MayBanForGood(AdminRole role) => role >= AdminRole.Senior;

    /// <param name="duration">Null: for good.</param>
    public static bool MayTake(AdminRole role, MeasureKind kind, TimeSpan? duration) =>
        role >= AdminRole.Moderator
        && (kind == MeasureKind.Warn || (duration is { } d ? d <= LongestBan(role) : MayBanForGood(role)));

    /// <summary>One's own, and what came by the weight of reports; what somebody else decided is for those who decide appeals.</summary>
    public static bool MayLift(AdminRole role, Guid adminId, Measure measure) =>
        role >= AdminRole.Senior || (role == AdminRole.Moderator && (measure.DecidedBy is null || measure.DecidedBy == adminId));

    /// <summary>Nobody judges their own decision.</summary>
    public static bool MayDecide(AdminRole role, Guid adminId, Appeal appeal) =>
        role >= AdminRole.Senior && appeal.Outcome is null && appeal.Measure.DecidedBy != adminId;
}
