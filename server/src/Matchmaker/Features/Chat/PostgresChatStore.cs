using Matchmaker.Features.Calls;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Chat;

/// <summary>Chat in PostgreSQL, written in groups; a repeated line changes nothing and answers what is there.</summary>
internal sealed class PostgresChatStore : IChatStore
{
    // In key order, so that two instances with the same lines do not wait for each other in a circle; and with an update
    // that changes nothing, because only that answers a line which another instance is just writing.
    private const string AddSql = """
        insert into chat_message (id, call_id, sender, client_id, text, sent_at)
        select d, c, s, i, t, clock_timestamp() from unnest(@Ids, @Calls, @Senders, @ClientIds, @Texts) x(d, c, s, i, t) order by c, s, i
        on conflict (call_id, sender, client_id) do update set client_id = excluded.client_id
        returning call_id, sender as "from", client_id, id, text, sent_at as at, xmax = 0 as is_new
        """;

    private const string LastSql = """
        select call_id, "from", client_id, id, text, at, false as is_new from (
            select call_id, sender as "from", client_id, id, text, sent_at as at, number from chat_message
            where call_id = @Call order by number desc limit @Limit) l
        order by number
        """;

    private const string RecentSql = """
        select call_id, sender as "from", client_id, id, text, sent_at as at, false as is_new from chat_message
        where call_id = any (@Calls) and sent_at > clock_timestamp() - @Age order by call_id, number
        """;

    private readonly Database _database;
    private readonly PostgresArchiveStore _archive;

    public PostgresChatStore(Database database, PostgresArchiveStore archive)
    {
        (_database, _archive) = (database, archive);
        Backlog = new GroupWriter<NewLine, StoredLine>("chat", AddGroup, lanes: database.WriteLanes);
    }

    /// <summary>What waits to be written.</summary>
    public GroupWriter<NewLine, StoredLine> Backlog { get; }

    public Task<StoredLine> Add(NewLine line) => Backlog.Write(line);

    public async Task<IReadOnlyList<StoredLine>> LastOf(Guid callId, int limit) =>
        await _database.Query<StoredLine>(LastSql, new { Call = callId, Limit = limit });

    public async Task<IReadOnlyList<StoredLine>> LastOf(IReadOnlyCollection<Guid> calls, TimeSpan age) =>
        await _database.Query<StoredLine>(RecentSql, new { Calls = calls.ToArray(), Age = age });

    // The rows first: what is moved in between is then found twice, and told once.
    public async Task<IReadOnlyList<StoredLine>> Transcript(Guid callId, int limit)
    {
        var recent = await LastOf(callId, limit);
        var archived = recent.Count < limit ? await _archive.Lines(callId) : [];
        return archived.Count == 0
            ? recent
            : [.. archived.Select(l => new StoredLine(callId, l.From, l.ClientId, l.Id, l.Text, l.At, false)).UnionBy(recent, l => l.Id).TakeLast(limit)];
    }

    public Task Erase(Guid userId) => _database.Execute("delete from chat_message where sender = @User", new { User = userId });

    /// <summary>Adds lines in one statement; one result for each, in order.</summary>
    internal async Task<IReadOnlyList<StoredLine>> AddGroup(IReadOnlyList<NewLine> lines)
    {
        var first = lines.DistinctBy(Key).ToList();
        var rows = await _database.Query<StoredLine>(AddSql, new
        {
            Ids = first.ConvertAll(_ => Guid.NewGuid()).ToArray(),
            Calls = first.ConvertAll(l => l.CallId).ToArray(),
            Senders = first.ConvertAll(l => l.From).ToArray(),
            ClientIds = first.ConvertAll(l => l.ClientId).ToArray(),
            Texts = first.ConvertAll(l => l.Text).ToArray(),
        });
        var byKey = rows.ToDictionary(r => (r.CallId, r.From, r.ClientId));
        var seen = new HashSet<(Guid, Guid, string)>();
        return [.. lines.Select(l => byKey[Key(l)] is var row && seen.Add(Key(l)) ? row : row with { IsNew = false })];
    }

    private static (Guid CallId, Guid From, string ClientId) Key(NewLine l) => (l.CallId, l.From, l.ClientId);
}
