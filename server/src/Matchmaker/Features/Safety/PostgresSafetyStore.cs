using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Safety;

/// <summary>Blocks and cooldowns in the tables <c>block</c> and <c>cooldown</c>.</summary>
internal sealed class PostgresSafetyStore(Database database) : ISafetyStore
{
    private const string BlockSql = "select block_user(@Blocker, @Blocked, @Max)";

    private const string UnblockSql = "delete from block where blocker = @Blocker and blocked = @Blocked";

    private const string BlocksSql = "select blocked from block where blocker = @UserId order by created_at desc, blocked";

    private const string AvoidOfSql = """
        select me, user_id, case when bool_or(until is null) then null else max(until) end as until
        from (
            select blocker as me, blocked as user_id, null::timestamptz as until from block where blocker = any (@Users)
            union all select blocked, blocker, null from block where blocked = any (@Users)
            union all select low, high, until from cooldown where low = any (@Users) and until > clock_timestamp()
            union all select high, low, until from cooldown where high = any (@Users) and until > clock_timestamp()) a
        group by me, user_id
        """;

    private const string IsBlockedSql = "select is_blocked(@A, @B)";

    private const string CooldownSql = "select cooldown_of(@A, @B)";

    private const string ExtendSql = "select extend_cooldown(@A, @B, @Until)";

    private const string EraseSql = """
        with b as (delete from block where blocker = @UserId or blocked = @UserId)
        delete from cooldown c using (
            select low, high from cooldown where low = @UserId or high = @UserId order by low, high for update) own
        where c.low = own.low and c.high = own.high
        """;

    // Skips rows that somebody holds: the next sweep takes them, and nobody waits for a sweep.
    private const string DeleteExpiredSql = """
        delete from cooldown c using (
            select low, high from cooldown where until <= clock_timestamp() order by until limit @Limit for update skip locked) over
        where c.low = over.low and c.high = over.high
        """;

    private const string CountExpiredSql =
        "select count(*)::int from (select 1 from cooldown where until <= clock_timestamp() limit @Limit) over";

    public async Task<bool> Block(Guid blocker, Guid blocked, int max) =>
        await database.One<int>(BlockSql, new { Blocker = blocker, Blocked = blocked, Max = max }) >= 0;

    public Task Unblock(Guid blocker, Guid blocked) => database.Execute(UnblockSql, new { Blocker = blocker, Blocked = blocked });

    public async Task<IReadOnlyList<Guid>> Blocks(Guid userId) => await database.Query<Guid>(BlocksSql, new { UserId = userId });

    public async Task<IReadOnlyList<Avoided>> AvoidOf(Guid userId) => [.. (await AvoidOf([userId]))[userId]];

    public async Task<ILookup<Guid, Avoided>> AvoidOf(IReadOnlyCollection<Guid> users) =>
        (await database.Query<(Guid Me, Guid UserId, DateTimeOffset? Until)>(AvoidOfSql, new { Users = users.ToArray() }))
            .ToLookup(r => r.Me, r => new Avoided(r.UserId, r.Until));

    public Task<bool> IsBlocked(Guid a, Guid b) => database.One<bool>(IsBlockedSql, new { A = a, B = b });

    public Task<DateTimeOffset?> CooldownUntil(Guid a, Guid b) => database.One<DateTimeOffset?>(CooldownSql, new { A = a, B = b });

    public Task<DateTimeOffset> ExtendCooldown(Guid a, Guid b, DateTimeOffset until) =>
        database.One<DateTimeOffset>(ExtendSql, new { A = a, B = b, Until = until });

    public Task Erase(Guid userId) => database.Execute(EraseSql, new { UserId = userId });

    public Task<int> DeleteExpired(int limit) => database.Execute(DeleteExpiredSql, new { Limit = limit });

    public Task<int> CountExpired(int limit) => database.One<int>(CountExpiredSql, new { Limit = limit });
}
