using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Safety;

/// <summary>Address bans in the table <c>address_ban</c>; where logins come from stands with them.</summary>
internal sealed class PostgresAddressBanStore(Database database) : IAddressBanStore
{
    private const string Columns = """
        b.ban_id, b.scope, b.key, b.label, b.reason, b.text, b.decided_by, b.taken_at, b.until,
        extract(epoch from b.until - clock_timestamp())::double precision as remaining, b.lifted_at, b.lifted_by
        """;

    private const string TakeSql = $"""
        select {Columns} from ban_address(@BanId, @Scope, @Key, @Label, @Reason, @Text, @DecidedBy, @Seconds, @Max) b
        """;

    private const string LiftSql = $"select {Columns} from lift_address_ban(@BanId, @Actor, @Note) b";

    private const string FindSql = $"select {Columns} from address_ban b where b.ban_id = @BanId";

    private const string InForceSql = $"""
        select {Columns} from address_ban b where b.lifted_at is null and b.until > clock_timestamp() order by b.taken_at desc limit @Limit
        """;

    private const string ListSql = $"select {Columns} from address_ban b order by b.taken_at desc limit @Limit offset @Skip";

    private const string KeysSql = """
        select distinct address_key, network_key, origin_key from login_session
        where user_id = @UserId and address_key is not null and network_key is not null and origin_key is not null
        """;

    private const string SharesSql = """
        select
            (select count(distinct o.user_id)::int from login_session s join login_session o on o.address_key = s.address_key
             where s.user_id = @UserId and o.user_id <> @UserId and o.expires_at > now()) as address,
            (select count(distinct o.user_id)::int from login_session s join login_session o on o.network_key = s.network_key
             where s.user_id = @UserId and o.user_id <> @UserId and o.expires_at > now()) as network
        """;

    private const string IsOver = "label is not null and lifted_at is null and until <= clock_timestamp()";

    private const string DeleteLabelsSql = $"""
        update address_ban set label = null where ban_id in (
            select ban_id from address_ban where {IsOver} order by until limit @Limit for update skip locked)
        """;

    public async Task<AddressBan?> Take(NewAddressBan ban, int max) => (await database.One<Row>(TakeSql, new
    {
        ban.BanId,
        Scope = StoredWord.Of(ban.Scope),
        ban.Key,
        ban.Label,
        Reason = StoredWord.Of(ban.Reason),
        ban.Text,
        ban.DecidedBy,
        Seconds = ban.Duration.TotalSeconds,
        Max = max,
    }))?.Read();

    public async Task<AddressBan?> Lift(Guid banId, Guid actor, string note) =>
        (await database.One<Row>(LiftSql, new { BanId = banId, Actor = actor, Note = note }))?.Read();

    public async Task<AddressBan?> Find(Guid banId) => (await database.One<Row>(FindSql, new { BanId = banId }))?.Read();

    public async Task<IReadOnlyList<AddressBan>> InForce(int limit) =>
        (await database.Query<Row>(InForceSql, new { Limit = limit })).ConvertAll(row => row.Read());

    public async Task<IReadOnlyList<AddressBan>> List(int limit, int skip = 0) =>
        (await database.Query<Row>(ListSql, new { Limit = limit, Skip = skip })).ConvertAll(row => row.Read());

    public Task<int> Reach(AddressScope scope, byte[] key) => database.One<int>(
        $"select count(distinct user_id)::int from login_session where {(scope == AddressScope.Address ? "address_key" : "network_key")} = @Key and expires_at > now()",
        new { Key = key });

    public async Task<IReadOnlyList<AddressKeys>> KeysOf(Guid userId) =>
        (await database.Query<(byte[] Address, byte[] Network, byte[] Origin)>(KeysSql, new { UserId = userId }))
            .ConvertAll(r => new AddressKeys(r.Address, r.Network, r.Origin));

    public Task<(int Address, int Network)> Shares(Guid userId) => database.One<(int, int)>(SharesSql, new { UserId = userId });

    public Task<int> DeleteLabels(int limit) => database.Execute(DeleteLabelsSql, new { Limit = limit });

    public Task<int> CountLabels(int limit) => database.One<int>(
        $"select count(*)::int from (select 1 from address_ban where {IsOver} limit @Limit) over", new { Limit = limit });

    private sealed record Row(
        Guid BanId, string Scope, byte[] Key, string? Label, string Reason, string Text, Guid DecidedBy, DateTimeOffset TakenAt,
        DateTimeOffset Until, double Remaining, DateTimeOffset? LiftedAt, Guid? LiftedBy)
    {
        public AddressBan Read() => new(
            BanId, StoredWord.Parse<AddressScope>(Scope), Key, Label, StoredWord.Parse<Reason>(Reason), Text, DecidedBy, TakenAt, Until,
            TimeSpan.FromSeconds(Remaining), LiftedAt, LiftedBy);
    }
}
