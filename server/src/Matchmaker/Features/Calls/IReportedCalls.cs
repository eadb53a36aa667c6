namespace Matchmaker.Features.Calls;

/// <summary>What the history has to know of reports, which stand above it.</summary>
internal interface IReportedCalls
{
    /// <summary>Those of the calls that a user has reported.</summary>
    Task<IReadOnlySet<Guid>> ReportedBy(Guid userId, IReadOnlyCollection<Guid> calls);
}
