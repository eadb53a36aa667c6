using Matchmaker.Features.Safety;
using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Reports;

/// <summary>Reports in the tables <c>report</c> and <c>review_case</c>; the function <c>file_report</c> is the rule.</summary>
internal sealed class PostgresReportStore(Database database, IOptions<ReportOptions> options) : IReportStore
{
    private const string FileSql = """
        select outcome, report_id, reported, is_new, is_blocked, measure_id, retry_after
        from file_report(@ReportId, @CallId, @Reporter, @SessionId, @Reason, @Note, @Within, @Max, @Period, @Lines, @HoldAt, @HoldText, @HoldFor)
        """;

    private const string ReportedBySql = "select call_id from report where reporter = @User and call_id = any (@Calls)";

    private const string FiledBySql = """
        select report_id, call_id, reason, note, created_at from report where reporter = @User order by created_at desc limit @Limit
        """;

    private const string AccuracySql = "select agreed, decided from accuracy_of(@User)";

    private const string CountAboutSql = "select count(*)::int from report where reported = @User";

    // Skips cases that somebody holds: the next run takes them, and nobody waits for it.
    private const string DropChatSql = """
        with old as (
            select case_id from review_case
            where keeps_chat and not is_locked and closed_at < clock_timestamp() - @Age order by closed_at, case_id limit @Limit for update skip locked),
        dropped as (update report r set chat = null from old where r.case_id = old.case_id and r.chat is not null)
        update review_case k set keeps_chat = false from old where k.case_id = old.case_id
        """;

    private const string CountOldChatSql = """
        select count(*)::int from (
            select 1 from review_case where keeps_chat and not is_locked and closed_at < clock_timestamp() - @Age limit @Limit) old
        """;

    private const string DeleteOldSql = """
        with old as (
            select case_id from review_case
            where not is_locked and closed_at < clock_timestamp() - @Age order by closed_at, case_id limit @Limit for update skip locked),
        gone as (delete from report r using old where r.case_id = old.case_id)
        delete from review_case k using old where k.case_id = old.case_id
        """;

    private const string CountOldSql = """
        select count(*)::int from (
            select 1 from review_case where not is_locked and closed_at < clock_timestamp() - @Age limit @Limit) old
        """;

    public async Task<FiledReport> File(NewReport report)
    {
        var o = options.Value;
        var row = await database.One<Row>(FileSql, new
        {
            report.ReportId,
            report.CallId,
            report.Reporter,
            report.SessionId,
            Reason = StoredWord.Of(report.Reason),
            report.Note,
            o.Within,
            Max = o.MaxInPeriod,
            o.Period,
            Lines = o.MaxLines,
            o.HoldAt,
            HoldText = IReportStore.HoldText,
            o.HoldFor,
        });
        var outcome = StoredWord.Parse<ReportOutcome>(row!.Outcome);
        return outcome == ReportOutcome.Filed
            ? new FiledReport(outcome, row.ReportId!.Value, row.Reported!.Value, row.IsNew, row.IsBlocked, row.MeasureId)
            : new FiledReport(outcome, RetryAfter: TimeSpan.FromSeconds(row.RetryAfter ?? 0));
    }

    public async Task<IReadOnlySet<Guid>> ReportedBy(Guid userId, IReadOnlyCollection<Guid> calls) =>
        (await database.Query<Guid>(ReportedBySql, new { User = userId, Calls = calls.ToArray() })).ToHashSet();

    public async Task<IReadOnlyList<OwnReport>> FiledBy(Guid userId, int limit) =>
        (await database.Query<OwnRow>(FiledBySql, new { User = userId, Limit = limit }))
            .ConvertAll(r => new OwnReport(r.ReportId, r.CallId, StoredWord.Parse<Reason>(r.Reason), r.Note, r.CreatedAt));

    public Task<Accuracy> AccuracyOf(Guid userId) => database.One<Accuracy>(AccuracySql, new { User = userId });

    public Task<int> CountAbout(Guid userId) => database.One<int>(CountAboutSql, new { User = userId });

    public Task<int> DropChat(int limit) => database.Execute(DropChatSql, new { Age = options.Value.KeepChatFor, Limit = limit });

    public Task<int> CountOldChat(int limit) => database.One<int>(CountOldChatSql, new { Age = options.Value.KeepChatFor, Limit = limit });

    public Task<int> DeleteOld(int limit) => database.Execute(DeleteOldSql, new { Age = options.Value.KeepFor, Limit = limit });

    public Task<int> CountOld(int limit) => database.One<int>(CountOldSql, new { Age = options.Value.KeepFor, Limit = limit });

    private sealed record Row(
        string Outcome, Guid? ReportId, Guid? Reported, bool IsNew, bool IsBlocked, Guid? MeasureId, double? RetryAfter);

    private sealed record OwnRow(Guid ReportId, Guid CallId, string Reason, string? Note, DateTimeOffset CreatedAt);
}
