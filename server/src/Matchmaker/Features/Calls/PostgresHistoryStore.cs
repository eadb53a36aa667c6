using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Calls;

/// <summary>The history of users: recent calls from their rows, old ones from the archive, as one list.</summary>
internal sealed class PostgresHistoryStore(Database database, PostgresArchiveStore archive)
{
    private const string PageSql = """
        select call_id, partner::text as partner, started_at, seconds, reason, origin from history
        where user_id = @User and (@At::timestamptz is null or (started_at, call_id) < (@At, @Call))
        order by started_at desc, call_id desc limit @Limit
        """;

    private const string FindSql = """
        select call_id, partner::text as partner, started_at, seconds, reason, origin from history
        where user_id = @User and call_id = @Call
        """;

    private const string EraseSql = """
        delete from history where user_id = @User;
        update history set partner = card(@Nobody) || jsonb_build_object('id', @User::uuid) where partner_id = @User
        """;

    // The rows first: what is moved in between is then in both pages, and told once; the other way round it would be in none.
    public async Task<IReadOnlyList<HistoryEntry>> Page(Guid userId, int limit, (DateTimeOffset StartedAt, Guid CallId)? before)
    {
        var recent = (await database.Query<Row>(
            PageSql, new { User = userId, At = before?.StartedAt.UtcDateTime, Call = before?.CallId, Limit = limit })).ConvertAll(Entry);
        var old = await archive.Page(userId, limit, before);
        return old.Count == 0
            ? recent
            : [.. recent.UnionBy(old, entry => entry.CallId).OrderByDescending(e => e.StartedAt).ThenByDescending(e => e.CallId, ByDatabase).Take(limit)];
    }

    public async Task<HistoryEntry?> Find(Guid userId, Guid callId) =>
        await database.One<Row>(FindSql, new { User = userId, Call = callId }) is { } row ? Entry(row) : await archive.Find(userId, callId);

    /// <summary>The rows first: what is moved while this runs is found in the archive afterwards.</summary>
    public async Task Erase(Guid userId)
    {
        await database.Execute(EraseSql, new { User = userId, Nobody = Guid.Empty });
        await archive.Erase(userId);
    }

    /// <summary>PostgreSQL compares the bytes of a uuid as they are written, and so does its text.</summary>
    private static IComparer<Guid> ByDatabase { get; } =
        Comparer<Guid>.Create((a, b) => string.CompareOrdinal(a.ToString("N"), b.ToString("N")));

    private static HistoryEntry Entry(Row r) => new(
        r.CallId, CallJson.ReadCard(r.Partner), r.StartedAt, r.Seconds, StoredWord.Parse<EndReason>(r.Reason), StoredWord.Parse<CallOrigin>(r.Origin), false);

    private sealed class Row
    {
        public Guid CallId { get; set; }

        public string Partner { get; set; } = "";

        public DateTimeOffset StartedAt { get; set; }

        public int Seconds { get; set; }

        public string Reason { get; set; } = "";

        public string Origin { get; set; } = "";
    }
}
