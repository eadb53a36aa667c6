using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Safety;

/// <summary>Measures in the table <c>measure</c>; the functions that change it write the audit too.</summary>
internal sealed class PostgresMeasureStore(Database database) : IMeasureStore
{
    /// <summary>The columns of a measure that is called <c>m</c>.</summary>
    internal const string Columns = """
        m.measure_id, m.user_id, m.kind, m.reason, m.text, m.case_id, m.decided_by, m.taken_at, m.until, m.lifted_at, m.lifted_by,
        m.seen_at, m.lifted_at is null and (m.until is null or m.until > clock_timestamp()) as in_force
        """;

    private const string TakeSql = $"""
        select {Columns} from take_measure(@MeasureId, @UserId, @Kind, @Reason, @Text, @CaseId, @DecidedBy, @Seconds) m
        """;

    private const string LiftSql = $"select {Columns} from lift_measure(@MeasureId, @Actor, @Note) m";

    private const string FindSql = $"select {Columns} from measure m where m.measure_id = @MeasureId";

    private const string OfSql = $"select {Columns} from measure m where m.user_id = @UserId order by m.taken_at desc limit @Limit";

    private const string StandingSql = """
        select u.id as user_id, s.* from unnest(@Users) u(id) cross join lateral (
            select m.kind, m.reason, m.text, m.until, extract(epoch from m.until - clock_timestamp())::double precision as remaining,
                m.kind <> 'warn' and not exists (select 1 from appeal a where a.measure_id = m.measure_id) as appealable, m.measure_id
            from measure m
            where m.user_id = u.id and m.lifted_at is null and (m.until is null or m.until > clock_timestamp())
                and (m.kind <> 'warn' or m.seen_at is null)
            order by m.kind = 'ban' desc, m.kind = 'hold' desc, m.until desc nulls first, m.taken_at limit 1) s
        """;

    private const string CountSql = """
        select (count(*) filter (where kind = 'hold'))::int as holds, (count(*) filter (where kind = 'ban'))::int as bans from measure
        where lifted_at is null and kind <> 'warn' and (until is null or until > clock_timestamp())
        """;

    private const string SeeSql = """
        update measure set seen_at = coalesce(seen_at, clock_timestamp())
        where measure_id = @MeasureId and user_id = @UserId and kind = 'warn'
        """;

    // A transaction has two seconds a statement and five between two: ten are more than any takes to commit.
    private const string ChangedSql = """
        select n.at as asked_at, m.measure_id, m.user_id, m.changed_at, b.fingerprint as address_bans
        from (select clock_timestamp() as at) n
        cross join lateral (
            select count(*) || ' ' || coalesce(max(changed_at)::text, '') as fingerprint from address_ban
            where changed_at > coalesce(@Since, n.at) - interval '10 s') b
        left join lateral (
            select measure_id, user_id, changed_at from measure
            where changed_at > coalesce(@Since, n.at) - interval '10 s'
                and (@AfterAt::timestamptz is null or (changed_at, measure_id) > (@AfterAt, @AfterId))
            order by changed_at, measure_id limit @Limit) m on true
        order by m.changed_at, m.measure_id
        """;

    public async Task<Measure> Take(NewMeasure measure) => (await database.One<Row>(TakeSql, new
    {
        measure.MeasureId,
        measure.UserId,
        Kind = StoredWord.Of(measure.Kind),
        Reason = StoredWord.Of(measure.Reason),
        measure.Text,
        measure.CaseId,
        measure.DecidedBy,
        Seconds = measure.Duration?.TotalSeconds,
    }))!.Read();

    public async Task<Measure?> Lift(Guid measureId, Guid? actor, string note) =>
        (await database.One<Row>(LiftSql, new { MeasureId = measureId, Actor = actor, Note = note }))?.Read();

    public async Task<Measure?> Find(Guid measureId) => (await database.One<Row>(FindSql, new { MeasureId = measureId }))?.Read();

    public async Task<IReadOnlyList<Measure>> Of(Guid userId, int limit = 100) =>
        (await database.Query<Row>(OfSql, new { UserId = userId, Limit = limit })).ConvertAll(row => row.Read());

    public async Task<Standing> StandingOf(Guid userId) => (await StandingOf([userId])).GetValueOrDefault(userId) ?? Standing.Free;

    public async Task<IReadOnlyDictionary<Guid, Standing>> StandingOf(IReadOnlyCollection<Guid> users) =>
        (await database.Query<StandingRow>(StandingSql, new { Users = users.Distinct().ToArray() })).ToDictionary(r => r.UserId, r => r.Read());

    public Task<(int Holds, int Bans)> CountInForce() => database.One<(int, int)>(CountSql);

    public async Task<bool> See(Guid userId, Guid measureId) =>
        await database.Execute(SeeSql, new { UserId = userId, MeasureId = measureId }) > 0;

    public async Task<MeasureChanges> ChangedSince(DateTimeOffset? since, MeasureChange? after, int limit)
    {
        var rows = await database.Query<ChangeRow>(ChangedSql, new
        {
            Since = since,
            AfterAt = after?.ChangedAt,
            AfterId = after?.MeasureId,
            Limit = limit,
        });
        return new MeasureChanges(
            rows[0].AskedAt,
            [.. rows.Where(r => r.MeasureId is not null).Select(r => new MeasureChange(r.MeasureId!.Value, r.UserId!.Value, r.ChangedAt!.Value))],
            rows[0].AddressBans);
    }

    internal sealed record Row(
        Guid MeasureId, Guid UserId, string Kind, string Reason, string Text, Guid? CaseId, Guid? DecidedBy, DateTimeOffset TakenAt,
        DateTimeOffset? Until, DateTimeOffset? LiftedAt, Guid? LiftedBy, DateTimeOffset? SeenAt, bool InForce)
    {
        public Measure Read() => new(
            MeasureId, UserId, StoredWord.Parse<MeasureKind>(Kind), StoredWord.Parse<Reason>(Reason), Text, CaseId, DecidedBy, TakenAt, Until,
            LiftedAt, LiftedBy, SeenAt, InForce);
    }

    private sealed record StandingRow(
        Guid UserId, string Kind, string Reason, string Text, DateTimeOffset? Until, double? Remaining, bool Appealable, Guid MeasureId)
    {
        public Standing Read() => new(
            StoredWord.Parse<MeasureKind>(Kind), StoredWord.Parse<Reason>(Reason), Text, Until,
            Remaining is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Appealable, MeasureId);
    }

    private sealed record ChangeRow(DateTimeOffset AskedAt, Guid? MeasureId, Guid? UserId, DateTimeOffset? ChangedAt, string AddressBans);
}
