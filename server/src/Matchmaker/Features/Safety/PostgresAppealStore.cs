using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Safety;

/// <summary>Appeals in the table <c>appeal</c>; that nobody judges their own measure is a constraint there.</summary>
internal sealed class PostgresAppealStore(Database database) : IAppealStore
{
    private const string Select = $"""
        select a.appeal_id, a.text as appeal_text, a.created_at, a.decided_by as heard_by, a.decided_at, a.outcome, a.answer,
            {PostgresMeasureStore.Columns}
        from appeal a join measure m on m.measure_id = a.measure_id
        """;

    public async Task<(FileOutcome Outcome, Guid? MeasureId)> File(Guid appealId, Guid userId, string text)
    {
        var (outcome, measureId) = await database.One<(string, Guid?)>(
            "select outcome, measure_id from file_appeal(@AppealId, @UserId, @Text)", new { AppealId = appealId, UserId = userId, Text = text });
        return (StoredWord.Parse<FileOutcome>(outcome), measureId);
    }

    public async Task<DecideOutcome> Decide(Guid appealId, Guid actor, AppealOutcome outcome, string answer) =>
        StoredWord.Parse<DecideOutcome>((await database.One<string>(
            "select decide_appeal(@AppealId, @Actor, @Outcome, @Answer)",
            new { AppealId = appealId, Actor = actor, Outcome = StoredWord.Of(outcome), Answer = answer }))!);

    public async Task<Appeal?> Find(Guid appealId) =>
        (await database.One<Row>($"{Select} where a.appeal_id = @AppealId", new { AppealId = appealId }))?.Read();

    public async Task<IReadOnlyList<Appeal>> Of(Guid userId, int limit = 20) => await Query(
        $"{Select} where a.user_id = @UserId order by a.created_at desc limit @Limit", new { UserId = userId, Limit = limit });

    public async Task<IReadOnlyList<Appeal>> List(bool open, int limit, int skip = 0) => await Query(
        $"{Select} where {(open ? "a.outcome is null order by a.created_at" : "a.outcome is not null order by a.decided_at desc")} limit @Limit offset @Skip",
        new { Limit = limit, Skip = skip });

    public Task<int> CountOpen() => database.One<int>("select count(*)::int from appeal where outcome is null");

    public Task Erase(Guid userId) => database.Execute("delete from appeal where user_id = @UserId", new { UserId = userId });

    private async Task<IReadOnlyList<Appeal>> Query(string sql, object args) =>
        (await database.Query<Row>(sql, args)).ConvertAll(row => row.Read());

    private sealed class Row
    {
        public Guid AppealId { get; set; }

        public string AppealText { get; set; } = "";

        public DateTimeOffset CreatedAt { get; set; }

        public Guid? HeardBy { get; set; }

        public DateTimeOffset? DecidedAt { get; set; }

        public string? Outcome { get; set; }

        public string? Answer { get; set; }

        public Guid MeasureId { get; set; }

        public Guid UserId { get; set; }

        public string Kind { get; set; } = "";

        public string Reason { get; set; } = "";

        public string Text { get; set; } = "";

        public Guid? CaseId { get; set; }

        public Guid? DecidedBy { get; set; }

        public DateTimeOffset TakenAt { get; set; }

        public DateTimeOffset? Until { get; set; }

        public DateTimeOffset? LiftedAt { get; set; }

        public Guid? LiftedBy { get; set; }

        public DateTimeOffset? SeenAt { get; set; }

        public bool InForce { get; set; }

        public Appeal Read()
        {
            var measure = new PostgresMeasureStore.Row(
                MeasureId, UserId, Kind, Reason, Text, CaseId, DecidedBy, TakenAt, Until, LiftedAt, LiftedBy, SeenAt, InForce).Read();
            return new Appeal(
                AppealId, measure, AppealText, CreatedAt, HeardBy, DecidedAt, Outcome is null ? null : StoredWord.Parse<AppealOutcome>(Outcome), Answer);
        }
    }
}
