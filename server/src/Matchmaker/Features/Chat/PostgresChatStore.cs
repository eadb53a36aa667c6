using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Chat;

/// <summary>Chat in PostgreSQL, written in groups; a repeated line changes nothing and answers what is there.</summary>
internal sealed class PostgresChatStore : IChatStore
{
    private const string AddSql = """
        with new as (
            insert into chat_message (id, call_id, sender, client_id, text, sent_at)
            select d, c, s, i, t, clock_timestamp() from unnest(@Ids, @Calls, @Senders, @ClientIds, @Texts) x(d, c, s, i, t)
            on conflict do nothing
            returning call_id, sender, client_id, id, text, sent_at)
        select call_id, sender as "from", client_id, id, text, sent_at as at, true as is_new from new
        union all
        select m.call_id, m.sender, m.client_id, m.id, m.text, m.sent_at, false
        from chat_message m join unnest(@Calls, @Senders, @ClientIds) x(c, s, i)
            on m.call_id = x.c and m.sender = x.s and m.client_id = x.i
        """;

    private const string LastSql = """
        select call_id, "from", client_id, id, text, at, false as is_new from (
            select call_id, sender as "from", client_id, id, text, sent_at as at, number from chat_message
            where call_id = @Call order by number desc limit @Limit) l
        order by number
        """;

    private readonly Database _database;
    private readonly GroupWriter<NewLine, StoredLine> _lines;

    public PostgresChatStore(Database database)
    {
        _database = database;
        _lines = new GroupWriter<NewLine, StoredLine>("chat", AddGroup);
    }

    public Task<StoredLine> Add(NewLine line) => _lines.Write(line);

    public async Task<IReadOnlyList<StoredLine>> LastOf(Guid callId, int limit) =>
        await _database.Query<StoredLine>(LastSql, new { Call = callId, Limit = limit });

    public Task Erase(Guid userId) => _database.Execute("delete from chat_message where sender = @User", new { User = userId });

    private async Task<IReadOnlyList<StoredLine>> AddGroup(IReadOnlyList<NewLine> lines)
    {
        var rows = await _database.Query<StoredLine>(AddSql, new
        {
            Ids = lines.Select(_ => Guid.NewGuid()).ToArray(),
            Calls = lines.Select(l => l.CallId).ToArray(),
            Senders = lines.Select(l => l.From).ToArray(),
            ClientIds = lines.Select(l => l.ClientId).ToArray(),
            Texts = lines.Select(l => l.Text).ToArray(),
        });
        var byKey = rows.GroupBy(r => (r.CallId, r.From, r.ClientId)).ToDictionary(g => g.Key, g => g.First());
        var seen = new HashSet<(Guid, Guid, string)>();
        return [.. lines.Select(l =>
        {
            var row = byKey[(l.CallId, l.From, l.ClientId)];
            return row with { IsNew = row.IsNew && seen.Add((l.CallId, l.From, l.ClientId)) };
        })];
    }
}
