using System.Text.Json;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Matching;

/// <summary>Tickets in PostgreSQL (unlogged). Joins are written in groups.</summary>
internal sealed class PostgresMatchStore : IMatchStore
{
    private const string JoinSql = """
        select user_id, ticket_id, number, waited from join_queue(@Users, @Tickets, @Connections, @Wishes::jsonb[], @Waited)
        """;

    private const string TicketSql = """
        select t.ticket_id, t.number, t.user_id, u.gender, t.connection_id, t.wishes::text as wishes,
            extract(epoch from clock_timestamp() - t.joined_at)::double precision as waited, c.instance_id as instance
        from ticket t join app_user u on u.user_id = t.user_id left join connection c on c.connection_id = t.connection_id
        """;

    private const string StillSql = """
        select user_id, ticket_id, open_connection(user_id, null) is not null as connected
        from ticket where user_id = any (@Users) and ticket_id is not null
        """;

    private const string CountSql = """
        with online as (
            select distinct c.user_id from connection c join instance i using (instance_id, generation)
            where c.closed_at is null and i.expires_at > clock_timestamp())
        select (select count(*)::int from online) as online,
            (select count(*)::int from ticket t join online using (user_id) where t.ticket_id is not null) as waiting,
            (select count(*)::int from call where ended_at is null) as calls
        """;

    // Not one that joined just now: whoever was let in without the database gets the row of presence a moment later.
    private const string LostSql = """
        select t.user_id from ticket t
        where t.ticket_id is not null and t.joined_at < clock_timestamp() - interval '1 minute'
            and not exists (select 1 from presence p where p.user_id = t.user_id)
        order by t.user_id limit @Limit
        """;

    private readonly Database _database;

    public PostgresMatchStore(Database database)
    {
        _database = database;
        Backlog = new GroupWriter<JoinRequest, JoinedTicket?>("joins", JoinGroup);
    }

    /// <summary>What waits to be written.</summary>
    public GroupWriter<JoinRequest, JoinedTicket?> Backlog { get; }

    public Task<JoinedTicket?> Join(JoinRequest request) => Backlog.Write(request);

    public async Task<bool> Leave(Guid userId) => await _database.Execute(
        "delete from ticket where user_id = @User and ticket_id is not null", new { User = userId }) > 0;

    public async Task<WaitingTicket?> Find(Guid userId) => await ListOf([userId]) is [var ticket] ? ticket : null;

    public async Task<IReadOnlyList<WaitingTicket>> ListOf(IReadOnlyCollection<Guid> users) =>
        (await _database.Query<Row>(TicketSql + " where t.user_id = any (@Users) and t.ticket_id is not null", new { Users = users.ToArray() }))
            .ConvertAll(Read);

    public async Task<IReadOnlyList<WaitingTicket>> ListAfter(long number, int limit) =>
        (await _database.Query<Row>(
            TicketSql + " where t.number > @Number and t.ticket_id is not null order by t.number limit @Limit",
            new { Number = number, Limit = limit })).ConvertAll(Read);

    public async Task<IReadOnlyDictionary<Guid, (Guid TicketId, bool Connected)>> StillWaiting(IReadOnlyCollection<Guid> users) =>
        (await _database.Query<(Guid UserId, Guid TicketId, bool Connected)>(StillSql, new { Users = users.ToArray() }))
            .ToDictionary(r => r.UserId, r => (r.TicketId, r.Connected));

    public Task<int> DeleteLost(int limit) => _database.Execute(
        $"delete from ticket where user_id in ({LostSql} for update of t skip locked)", new { Limit = limit });

    public Task<LiveStats?> CountAll() => _database.One<LiveStats>(CountSql);

    public Task<int> CountLost(int limit) => _database.One<int>($"select count(*)::int from ({LostSql}) lost", new { Limit = limit });

    private async Task<IReadOnlyList<JoinedTicket?>> JoinGroup(IReadOnlyList<JoinRequest> requests)
    {
        // Of one user who asked twice, the later wishes count, and both hear of the same ticket.
        var last = requests.GroupBy(r => r.UserId).Select(g => g.Last()).ToList();
        var rows = await _database.Query<(Guid UserId, Guid TicketId, long Number, double Waited)>(JoinSql, new
        {
            Users = last.ConvertAll(r => r.UserId).ToArray(),
            Tickets = last.ConvertAll(r => r.TicketId).ToArray(),
            Connections = last.ConvertAll(r => r.ConnectionId).ToArray(),
            Wishes = last.ConvertAll(r => JsonSerializer.Serialize(r.Wishes, WireJson.Options)).ToArray(),
            Waited = last.ConvertAll(r => r.Waited.TotalSeconds).ToArray(),
        });
        var byUser = rows.ToDictionary(r => r.UserId);
        return
        [
            .. requests.Select(r => byUser.TryGetValue(r.UserId, out var row)
                ? new JoinedTicket(row.TicketId, row.Number, TimeSpan.FromSeconds(row.Waited))
                : null),
        ];
    }

    private static WaitingTicket Read(Row r) => new(
        r.TicketId, r.Number, r.UserId, (Gender)r.Gender, r.ConnectionId,
        JsonSerializer.Deserialize<QueueWishes>(r.Wishes, WireJson.Options)!, TimeSpan.FromSeconds(r.Waited), r.Instance);

    private sealed record Row(
        Guid TicketId, long Number, Guid UserId, short Gender, string ConnectionId, string Wishes, double Waited, string? Instance);
}
