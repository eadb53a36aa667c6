using System.Security.Cryptography;
using Dapper;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;
using Npgsql;

namespace Matchmaker.Features.Presence;

/// <summary>Presence in PostgreSQL: unlogged rows that carry (instance, generation) and count while that pair is alive.</summary>
internal sealed class PostgresPresenceStore(Database database, InstanceIdentity instance) : IPresenceStore, IDisposable
{
    /// <summary>
    /// Those who are counted wait for one lock, so more than two statements at a time are not sooner done; they would only take the
    /// pool from everybody else, and from the lease, without which none of this instance's connections counts.
    /// </summary>
    private const int CountedAtOnce = 2;

    private static readonly TimeSpan _countPatience = TimeSpan.FromSeconds(2);

    private const string KeysSql = """
        insert into server_key (name, current) values ('hub_ticket', @Key) on conflict (name) do nothing;
        select current, previous from server_key where name = 'hub_ticket'
        """;

    // The first instance to start lets all clocks of grace begin again: nobody could come back while none ran.
    private const string RegisterSql = """
        select restart_grace() where not exists (select 1 from instance where expires_at > clock_timestamp());
        insert into instance as i (instance_id, generation, expires_at)
        values (@Instance, nextval('instance_generation'), clock_timestamp() + @Lease)
        on conflict (instance_id) do update set generation = excluded.generation, expires_at = excluded.expires_at
        returning generation
        """;

    // Never one that ran out: others have counted it as dead and acted on it, so it must write back what it holds.
    private const string RenewSql = """
        update instance set expires_at = clock_timestamp() + @Lease
        where instance_id = @Instance and generation = @Generation and expires_at > clock_timestamp()
        """;

    private const string ReconcileSql = """
        insert into presence (user_id, available_since)
        select u, min(s) from unnest(@Users, @Since) x(u, s) group by u order by u
        on conflict (user_id) do update set
            available_since = coalesce(presence.available_since, excluded.available_since), lost_at = null;
        insert into connection (connection_id, user_id, tab, instance_id, generation)
        select c, u, t, @Instance, @Generation from unnest(@Ids, @Owners, @Tabs) x(c, u, t)
        on conflict (connection_id) do update set instance_id = @Instance, generation = @Generation, closed_at = null;
        update connection set closed_at = clock_timestamp()
        where instance_id = @Instance and closed_at is null and number <= @UpTo and connection_id <> all (@Ids);
        update seat set away_since = null
        where connection_id = any (@Ids) and away_since is not null and open_connection(user_id, connection_id) = connection_id;
        update connection set closed_at = clock_timestamp() where connection_id in (
            select connection_id from (
                select connection_id, row_number() over (partition by user_id order by number desc) as place from connection
                where user_id = any (@Users) and closed_at is null and is_live(instance_id, generation)) o
            where place > @Max)
        returning connection_id
        """;

    private const string OpenSql = """
        select outcome, connection_id from open_slot(@User, @Id, @Tab, @Instance, @Generation, @Max, @MaxOfAll)
        """;

    // Not what was closed because its instance counted as dead: that instance writes back what it holds.
    private const string DisplacedSql = """
        select c.connection_id, not exists (
            select 1 from connection o where o.user_id = c.user_id and o.tab = c.tab and o.number > c.number) as replaced
        from connection c
        where c.connection_id = any (@Open) and c.closed_at is not null and is_live(c.instance_id, c.generation)
        """;

    private const string AvailableSql = """
        insert into presence as p (user_id, available_since)
        values (@User, case when @Available and barred_by(@User) is null then clock_timestamp() end)
        on conflict (user_id) do update set
            available_since = case when @Available and barred_by(@User) is null then coalesce(p.available_since, clock_timestamp()) end
        returning available_since
        """;

    // Connected somewhere and in no call. Not by open_connection(): called for each of ten thousand it takes as long as a
    // statement may.
    private const string IsShown = """
        exists (
            select 1 from connection c join instance i on i.instance_id = c.instance_id and i.generation = c.generation
            where c.user_id = p.user_id and c.closed_at is null and i.expires_at > clock_timestamp())
        and not exists (select 1 from seat s where s.user_id = p.user_id)
        """;

    private const string ListOfSql = $"""
        select p.user_id, p.available_since as since, {IsShown} as shown
        from presence p where p.user_id = any (@Users) and p.available_since is not null
        """;

    private const string ListSql = $"""
        select p.user_id, p.available_since as since from presence p
        where p.available_since is not null and {IsShown}
        order by p.available_since limit @Limit
        """;

    private const string DeleteDeadSql = """
        delete from instance where instance_id in (
            select instance_id from instance where expires_at < clock_timestamp() - interval '1 hour' limit @Limit for update skip locked);
        delete from connection where connection_id in (
            select connection_id from connection where closed_at < clock_timestamp() - interval '60 s'
            order by closed_at limit @Limit for update skip locked)
        """;

    private const string CountDeadSql = """
        select count(*)::int from (
            select 1 from instance where expires_at < clock_timestamp() - interval '1 hour'
            union all
            select 1 from connection where closed_at < clock_timestamp() - interval '60 s'
            limit @Limit) dead
        """;

    private readonly SemaphoreSlim _counting = new(CountedAtOnce, CountedAtOnce);

    public void Dispose() => _counting.Dispose();

    public async Task<HubTicketKeys> HubTicketKeys() =>
        (await database.One<HubTicketKeys>(KeysSql, new { Key = RandomNumberGenerator.GetBytes(32) }))!;

    public async Task<long> Register(TimeSpan lease)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var results = await connection.QueryMultipleAsync(RegisterSql, new { Instance = instance.Name, Lease = lease });
        await results.ReadAsync();
        return await results.ReadSingleAsync<long>();
    }

    public async Task<bool> Renew(long generation, TimeSpan lease) =>
        await database.Execute(RenewSql, new { Instance = instance.Name, Generation = generation, Lease = lease }) == 1;

    public Task<long> LastOpened() => database.One<long>(
        "select coalesce(max(number), 0) from connection where instance_id = @Instance", new { Instance = instance.Name });

    public async Task<IReadOnlyList<string>> Reconcile(
        long generation, IReadOnlyList<Connection> open, IReadOnlyList<(Guid UserId, DateTimeOffset Since)> available, int max, long upTo)
    {
        // Not DateTime: the driver takes the type of a list of those from its first, which may be null.
        var since = available.ToDictionary(a => a.UserId, a => a.Since.ToUniversalTime());
        var users = open.Select(c => c.UserId).Distinct().ToArray();
        return await database.Query<string>(ReconcileSql, new
        {
            Instance = instance.Name,
            Generation = generation,
            Users = users,
            Since = users.Select(u => since.TryGetValue(u, out var s) ? s : (DateTimeOffset?)null).ToArray(),
            Ids = open.Select(c => c.Id).ToArray(),
            Owners = open.Select(c => c.UserId).ToArray(),
            Tabs = open.Select(c => c.Tab).ToArray(),
            Max = max,
            UpTo = upTo,
        });
    }

    public Task Resign(long generation) => database.Execute(
        "delete from instance where instance_id = @Instance and generation = @Generation",
        new { Instance = instance.Name, Generation = generation });

    public Task<bool> HasOthers() => database.One<bool>(
        "select exists (select 1 from instance where instance_id <> @Instance and expires_at > clock_timestamp())",
        new { Instance = instance.Name });

    public async Task<OpenedSlot> Open(Connection connection, long generation, int max, int? maxOfAll = null)
    {
        if (maxOfAll is null)
        {
            return await OpenNow(connection, generation, max, maxOfAll);
        }

        if (!await _counting.WaitAsync(_countPatience))
        {
            return OpenedSlot.Refused(CommonRefusals.Unavailable);
        }

        try
        {
            return await OpenNow(connection, generation, max, maxOfAll);
        }
        finally
        {
            _counting.Release();
        }
    }

    public Task<bool> HasRoom(Guid userId, string tab, int max, int maxOfAll) => database.One<bool>(
        "select is_returning(@User, @Tab, @Max) or open_connections() < @MaxOfAll",
        new { User = userId, Tab = tab, Max = max, MaxOfAll = maxOfAll });

    public Task<int> Close(string connectionId) =>
        database.One<int>("select remaining from close_slot(@Id)", new { Id = connectionId });

    public async Task<IReadOnlyList<Displacement>> DisplacedOf(IReadOnlyList<string> open) =>
        await database.Query<Displacement>(DisplacedSql, new { Open = open.ToArray() });

    public Task<DateTimeOffset?> SetAvailable(Guid userId, bool available) =>
        database.One<DateTimeOffset?>(AvailableSql, new { User = userId, Available = available });

    public Task<DateTimeOffset?> AvailableSince(Guid userId) =>
        database.One<DateTimeOffset?>("select available_since from presence where user_id = @User", new { User = userId });

    public async Task<IReadOnlyList<(Guid UserId, DateTimeOffset Since, bool Shown)>> ListAvailable(IReadOnlyCollection<Guid> users) =>
        await database.Query<(Guid, DateTimeOffset, bool)>(ListOfSql, new { Users = users.ToArray() });

    public async Task<IReadOnlyList<(Guid UserId, DateTimeOffset Since)>> ListAvailable(int limit) =>
        await database.Query<(Guid, DateTimeOffset)>(ListSql, new { Limit = limit });

    public Task<int> DeleteDead(int limit) => database.Execute(DeleteDeadSql, new { Limit = limit });

    public Task<int> CountDead(int limit) => database.One<int>(CountDeadSql, new { Limit = limit });

    private async Task<OpenedSlot> OpenNow(Connection connection, long generation, int max, int? maxOfAll)
    {
        List<(string Outcome, string Id)> rows;
        try
        {
            rows = await database.Query<(string Outcome, string Id)>(OpenSql, new
            {
                User = connection.UserId,
                connection.Id,
                connection.Tab,
                Instance = instance.Name,
                Generation = generation,
                Max = max,
                MaxOfAll = maxOfAll,
            });
        }
        catch (PostgresException e) when (maxOfAll is not null
            && e.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled)
        {
            // Waited too long for the others who are being counted: not away, so nobody gets in uncounted.
            return OpenedSlot.Refused(CommonRefusals.Unavailable);
        }

        return new OpenedSlot(
            rows.Exists(r => r.Outcome == "used") ? PresenceRefusals.InvalidHubTicket
                : rows.Exists(r => r.Outcome == "full") ? PresenceRefusals.ServerFull : null,
            [.. rows.Where(r => r.Outcome == "same_tab").Select(r => r.Id)],
            [.. rows.Where(r => r.Outcome == "displaced").Select(r => r.Id)]);
    }
}
