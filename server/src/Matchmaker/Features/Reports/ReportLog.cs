using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Reports;

/// <summary>Log events 6000-6099.</summary>
internal static partial class ReportLog
{
    [LoggerMessage(6000, LogLevel.Information, "User {UserId} was reported for {Reason}: report {ReportId}")]
    public static partial void Filed(ILogger logger, Guid userId, Reason reason, Guid reportId);

    [LoggerMessage(6001, LogLevel.Warning, "User {UserId} is held by the weight of reports until somebody has looked")]
    public static partial void Held(ILogger logger, Guid userId);

    [LoggerMessage(6002, LogLevel.Warning, "A report could not be written: the database did not answer. A call of the two ends all the same")]
    public static partial void NotWritten(ILogger logger);

    [LoggerMessage(6003, LogLevel.Warning, "A report about the safety of a minor: {ReportId}")]
    public static partial void Urgent(ILogger logger, Guid reportId);
}
