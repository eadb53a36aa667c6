using Matchmaker.Features.Reports;

namespace Matchmaker.Tests.Support;

/// <summary>The real store, that takes no report while it is away; or takes it and does not get to say so.</summary>
internal sealed class AwayReportStore(IReportStore inner) : IReportStore
{
    public bool IsAway { get; set; }

    public bool LosesAnswers { get; set; }

    public async Task<FiledReport> File(NewReport report)
    {
        var filed = IsAway ? throw new TimeoutException() : await inner.File(report);
        return LosesAnswers ? throw new TimeoutException() : filed;
    }

    public Task<IReadOnlySet<Guid>> ReportedBy(Guid userId, IReadOnlyCollection<Guid> calls) => inner.ReportedBy(userId, calls);

    public Task<IReadOnlyList<OwnReport>> FiledBy(Guid userId, int limit) => inner.FiledBy(userId, limit);

    public Task<Accuracy> AccuracyOf(Guid userId) => inner.AccuracyOf(userId);

    public Task<int> CountAbout(Guid userId) => inner.CountAbout(userId);

    public Task<int> DropChat(int limit) => inner.DropChat(limit);

    public Task<int> CountOldChat(int limit) => inner.CountOldChat(limit);

    public Task<int> DeleteOld(int limit) => inner.DeleteOld(limit);

    public Task<int> CountOld(int limit) => inner.CountOld(limit);
}
