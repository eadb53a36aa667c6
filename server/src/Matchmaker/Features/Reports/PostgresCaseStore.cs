using System.Text.Json;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Reports;

/// <summary>Cases in the table <c>review_case</c>. A page walks an index in the order of the queue, and joins nothing but what it shows.</summary>
internal sealed class PostgresCaseStore(Database database) : ICaseStore
{
    private const string Columns = """
        k.case_id, card(k.subject)::text as subject, k.score, k.is_urgent, k.is_locked, k.reasons::text as reasons, k.reports, k.reporters,
        k.networks, k.keeps_chat as has_chat, k.opened_at, k.updated_at, k.claimed_by, k.claimed_at, k.closed_by, k.closed_at, k.outcome, k.note
        """;

    private const string Open = "k.closed_at is null";
    private const string Mine = "k.closed_at is null and k.claimed_by = @Admin";
    private const string Closed = "k.closed_at is not null";
    private const string OfReason = " and k.reasons ?| array[@Reason]";

    // The bytes from the text on up to the text and the last character there is.
    private const string Named = """
         and (k.case_id = @Id or k.subject = @Id or (lower(k.subject_name) ~>=~ lower(@Search) and lower(k.subject_name) ~<~ (lower(@Search) || chr(1114111))))
        """;

    private const string QueueOrder = "not k.is_urgent, -k.score, k.opened_at, k.case_id";
    private const string AfterInQueue = " and (not k.is_urgent, -k.score, k.opened_at, k.case_id) > (not @IsUrgent, -@Score, @At, @CaseId)";
    private const string ClosedOrder = "k.closed_at desc, k.case_id desc";
    private const string AfterInClosed = " and (k.closed_at, k.case_id) < (@At, @CaseId)";

    private const string FindSql = $"select {Columns} from review_case k where k.case_id = @CaseId";

    private const string ReportsSql = """
        with networks as (
            select x.network, row_number() over (order by min(x.created_at), x.network)::int as number from (
                select coalesce(r.origin_key, '') as network, r.created_at from report r where r.case_id = @CaseId) x
            group by x.network),
        latest as (select * from report where case_id = @CaseId order by created_at desc, report_id limit @Limit)
        select r.report_id, r.call_id, r.reporter_card::text as reporter, r.reported_card::text as reported, a.agreed, a.decided,
            r.reason, r.note, r.created_at, n.number as network, r.earlier, r.call_started_at as started_at,
            case when r.call_reason is null and c.ended_at is not null then call_length(c) else r.call_seconds end as seconds,
            r.call_origin as origin, coalesce(r.call_reason, c.reason) as end_reason, coalesce(jsonb_array_length(r.chat), 0) as chat_lines
        from latest r join networks n on n.network = coalesce(r.origin_key, '')
        cross join lateral accuracy_of(r.reporter) a
        left join call c on c.call_id = r.call_id
        order by r.created_at desc, r.report_id
        """;

    private const string CountSql = """
        select count(*)::int as open, (count(*) filter (where is_urgent))::int as urgent from review_case where closed_at is null
        """;

    private const string BacklogSql = """
        select count(*)::int as open, (count(*) filter (where is_urgent))::int as urgent,
            coalesce(extract(epoch from clock_timestamp() - min(opened_at)), 0)::float8 as oldest_seconds,
            coalesce(extract(epoch from clock_timestamp() - min(opened_at) filter (where is_urgent and acted_at is null)), 0)::float8
                as untouched_seconds
        from review_case where closed_at is null
        """;

    private const string NowSql = """
        select count(*)::int as open, (count(*) filter (where is_urgent))::int as urgent,
            (count(*) filter (where claimed_by is null))::int as unclaimed, min(opened_at) as oldest,
            (select count(*)::int from report where created_at > clock_timestamp() - interval '24 h') as reports
        from review_case where closed_at is null
        """;

    // When somebody first did something about each case that was opened since @Since: claimed or decided it, or took a measure.
    private const string Acted = """
        select k.opened_at, extract(epoch from least(k.acted_at, m.at) - k.opened_at)::double precision as seconds
        from review_case k left join (
            select case_id, min(taken_at) as at from measure
            where case_id is not null and decided_by is not null group by case_id) m on m.case_id = k.case_id
        where k.opened_at >= s.since and (k.acted_at is not null or m.at is not null)
        """;

    private const string WeekSql = $"""
        select c.*, a.* from (select clock_timestamp() - interval '7 days' as since) s
        cross join lateral (
            select count(*)::int as closed, (count(*) filter (where outcome = 'upheld'))::int as upheld,
                percentile_cont(0.5) within group (order by extract(epoch from closed_at - opened_at)::double precision) as decision,
                percentile_cont(0.95) within group (order by extract(epoch from closed_at - opened_at)::double precision) as slow_decision
            from review_case where closed_at > s.since) c
        cross join lateral (
            select percentile_cont(0.5) within group (order by x.seconds) as action,
                percentile_cont(0.95) within group (order by x.seconds) as slow_action
            from ({Acted}) x) a
        """;

    private const string DaysSql = $"""
        with s as (select date_trunc('day', clock_timestamp(), 'UTC') - interval '13 days' as since),
        filed as (
            select date_trunc('day', r.created_at, 'UTC') as day, count(*)::int as n from report r, s where r.created_at >= s.since group by 1),
        decided as (
            select date_trunc('day', k.closed_at, 'UTC') as day, (count(*) filter (where k.outcome = 'upheld'))::int as upheld,
                (count(*) filter (where k.outcome = 'dismissed'))::int as dismissed
            from review_case k, s where k.closed_at >= s.since group by 1),
        acted as (
            select date_trunc('day', x.opened_at, 'UTC') as day, percentile_cont(0.5) within group (order by x.seconds) as action,
                percentile_cont(0.95) within group (order by x.seconds) as slow_action
            from s cross join lateral ({Acted}) x group by 1)
        select (d.day at time zone 'UTC') as day, coalesce(f.n, 0) as reports, coalesce(c.upheld, 0) as upheld,
            coalesce(c.dismissed, 0) as dismissed, a.action, a.slow_action
        from s cross join generate_series(s.since, s.since + interval '13 days', interval '1 day') d(day)
        left join filed f on f.day = d.day left join decided c on c.day = d.day left join acted a on a.day = d.day
        order by d.day
        """;

    public async Task<ReviewPage> Page(CaseQuery query)
    {
        var isClosed = query.State == CaseState.Closed;
        var where = (query.State switch { CaseState.Open => Open, CaseState.Mine => Mine, _ => Closed })
            + (query.Reason is null ? "" : OfReason) + (query.Search is null ? "" : Named);
        var after = query.After is null ? "" : isClosed ? AfterInClosed : AfterInQueue;
        var order = isClosed ? ClosedOrder : QueueOrder;
        var args = new
        {
            query.Admin,
            Reason = query.Reason is { } reason ? StoredWord.Of(reason) : null,
            query.Search,
            Id = WireId.Parse(query.Search),
            query.After?.IsUrgent,
            query.After?.Score,
            At = query.After?.At.UtcDateTime,
            query.After?.CaseId,
            Limit = query.Limit + 1,
            ReviewPage.MaxTotal,
        };
        var rows = await database.Query<CaseRow>($"select {Columns} from review_case k where {where}{after} order by {order} limit @Limit", args);
        var (total, urgent) = await database.One<(int, int)>(
            $"""
            select count(*)::int, (count(*) filter (where is_urgent))::int from (
                select k.is_urgent from review_case k where {where} order by {order} limit @MaxTotal) k
            """, args);
        return new ReviewPage(total, urgent, [.. rows.Take(query.Limit).Select(r => r.Read())], rows.Count > query.Limit);
    }

    public async Task<ReviewDetail?> Find(Guid caseId)
    {
        if (await database.One<CaseRow>(FindSql, new { CaseId = caseId }) is not { } row)
        {
            return null;
        }

        var reports = await database.Query<ReportRow>(ReportsSql, new { CaseId = caseId, Limit = ReviewDetail.MaxReports });
        return new ReviewDetail(row.Read(), reports.ConvertAll(r => r.Read()));
    }

    public Task<CaseChange> Claim(Guid caseId, Guid admin) =>
        Change("select claim_case(@CaseId, @Admin)", new { CaseId = caseId, Admin = admin });

    public Task<CaseChange> Release(Guid caseId, Guid admin, bool others) =>
        Change("select release_case(@CaseId, @Admin, @Others)", new { CaseId = caseId, Admin = admin, Others = others });

    public Task<CaseChange> Close(Guid caseId, Guid admin, CaseOutcome outcome, string? note) => Change(
        "select close_case(@CaseId, @Admin, @Outcome, @Note)", new { CaseId = caseId, Admin = admin, Outcome = StoredWord.Of(outcome), Note = note });

    public async Task<IReadOnlyList<ReportedLine>?> ReadChat(Guid caseId, Guid reportId, Guid admin, string reason) =>
        await database.One<string>(
            "select lines::text from read_report_chat(@CaseId, @ReportId, @Admin, @Reason)",
            new { CaseId = caseId, ReportId = reportId, Admin = admin, Reason = reason }) is { } lines
            ? JsonSerializer.Deserialize<List<ReportedLine>>(lines, CallJson.Options)
            : null;

    public Task<CaseCount> Count() => database.One<CaseCount>(CountSql);

    public Task<CaseBacklog> Backlog() => database.One<CaseBacklog>(BacklogSql);

    public async Task<ReviewStats> Stats()
    {
        var now = (await database.One<NowRow>(NowSql))!;
        var week = (await database.One<WeekRow>(WeekSql))!;
        var days = await database.Query<DayRow>(DaysSql);
        return new ReviewStats(
            now.Open, now.Urgent, now.Unclaimed, now.Oldest, now.Reports,
            new ReviewWeek(
                week.Closed, week.Upheld, Whole(week.Decision), Whole(week.SlowDecision), Whole(week.Action), Whole(week.SlowAction)),
            days.ConvertAll(d => new ReviewDay(
                DateOnly.FromDateTime(d.Day), d.Reports, d.Upheld, d.Dismissed, Whole(d.Action), Whole(d.SlowAction))));
    }

    private static int? Whole(double? seconds) => seconds is { } s ? (int)Math.Round(s) : null;

    private sealed record NowRow(int Open, int Urgent, int Unclaimed, DateTimeOffset? Oldest, int Reports);

    private sealed record WeekRow(int Closed, int Upheld, double? Decision, double? SlowDecision, double? Action, double? SlowAction);

    private sealed record DayRow(DateTime Day, int Reports, int Upheld, int Dismissed, double? Action, double? SlowAction);

    private async Task<CaseChange> Change(string sql, object args) => StoredWord.Parse<CaseChange>((await database.One<string>(sql, args))!);

    private sealed class CaseRow
    {
        public Guid CaseId { get; set; }

        public string Subject { get; set; } = "";

        public double Score { get; set; }

        public bool IsUrgent { get; set; }

        public bool IsLocked { get; set; }

        public string Reasons { get; set; } = "";

        public int Reports { get; set; }

        public int Reporters { get; set; }

        public int Networks { get; set; }

        public bool HasChat { get; set; }

        public DateTimeOffset OpenedAt { get; set; }

        public DateTimeOffset UpdatedAt { get; set; }

        public Guid? ClaimedBy { get; set; }

        public DateTimeOffset? ClaimedAt { get; set; }

        public Guid? ClosedBy { get; set; }

        public DateTimeOffset? ClosedAt { get; set; }

        public string? Outcome { get; set; }

        public string? Note { get; set; }

        public ReviewCase Read() => new(
            CaseId, CallJson.ReadCard(Subject), Score, IsUrgent, IsLocked,
            JsonSerializer.Deserialize<Dictionary<string, int>>(Reasons)!.ToDictionary(r => StoredWord.Parse<Reason>(r.Key), r => r.Value),
            Reports, Reporters, Networks, HasChat, OpenedAt, UpdatedAt, ClaimedBy, ClaimedAt, ClosedBy, ClosedAt,
            Outcome is null ? null : StoredWord.Parse<CaseOutcome>(Outcome), Note);
    }

    private sealed class ReportRow
    {
        public Guid ReportId { get; set; }

        public Guid CallId { get; set; }

        public string Reporter { get; set; } = "";

        public string Reported { get; set; } = "";

        public int Agreed { get; set; }

        public int Decided { get; set; }

        public string Reason { get; set; } = "";

        public string? Note { get; set; }

        public DateTimeOffset CreatedAt { get; set; }

        public int Network { get; set; }

        public int Earlier { get; set; }

        public DateTimeOffset StartedAt { get; set; }

        public int Seconds { get; set; }

        public string Origin { get; set; } = "";

        public string? EndReason { get; set; }

        public int ChatLines { get; set; }

        public ReviewReport Read() => new(
            ReportId, CallId, CallJson.ReadCard(Reporter), CallJson.ReadCard(Reported), new Accuracy(Agreed, Decided),
            StoredWord.Parse<Reason>(Reason), Note, CreatedAt, Network, Earlier, StartedAt, Seconds, StoredWord.Parse<CallOrigin>(Origin),
            EndReason is null ? null : StoredWord.Parse<EndReason>(EndReason), ChatLines);
    }
}
