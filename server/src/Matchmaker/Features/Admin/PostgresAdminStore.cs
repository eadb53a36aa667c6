using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Admin;

/// <summary>The console's accounts in the tables <c>admin_…</c>.</summary>
internal sealed class PostgresAdminStore(Database database, IOptions<AdminOptions> options) : IAdminStore
{
    private const string Account = "admin_id, email, name, role::int, created_at, disabled_at, signed_in_at";

    private const string CreateSql =
        $"select {Account} from admin_create(@AdminId, @Email, @Name, @Role, @PasswordHash, @OtpKey, @Actor, @Max)";

    private const string ListSql = $"select {Account} from admin_account order by name, email";

    private const string FindSql = $"select {Account} from admin_account where email = @Email";

    private const string FindByIdSql = $"select {Account} from admin_account where admin_id = @AdminId";

    private const string ChangeSql = "select admin_change(@AdminId, @Name, @Role, @Disabled, @PasswordHash, @OtpKey, @Actor)";

    private const string FindKeySql = """
        select admin_id, password_hash, otp_key, last_step, exists (
            select from admin_network n where n.admin_id = a.admin_id and n.network_key = @NetworkKey) as is_known
        from admin_account a where (email = @Email or admin_id = @AdminId) and disabled_at is null
        """;

    private const string AttemptSql =
        "select admin_attempt(@AccountKey, @NetworkKey, @IsKnown, @FreeAttempts, @LockOut, @LongestLockOut, @PauseAtKnownNetwork)";

    private const string SignInSql =
        "select admin_sign_in(@AdminId, @Step, @AccountKey, @NetworkKey, @TokenHash, @SessionId, @Browser, @Lifetime, @Max)";

    // Written once a minute: more would be a write for each request.
    private const string FindSessionSql = """
        with s as (
            select s.token_hash, s.session_id, s.expires_at, s.seen_at, a.*
            from admin_session s join admin_account a using (admin_id)
            where s.token_hash = @TokenHash and a.disabled_at is null
                and s.expires_at > clock_timestamp() and s.seen_at > clock_timestamp() - @Idle),
        seen as (
            update admin_session t set seen_at = clock_timestamp() from s
            where t.token_hash = s.token_hash and s.seen_at < clock_timestamp() - interval '1 minute')
        select admin_id, email, name, role::int, created_at, disabled_at, signed_in_at, session_id, expires_at from s
        """;

    private const string SessionsSql = """
        select session_id, created_at, seen_at, expires_at, browser, network_key from admin_session
        where admin_id = @AdminId and expires_at > clock_timestamp() and seen_at > clock_timestamp() - @Idle
        order by created_at desc
        """;

    private const string LiveSql = """
        select session_id from admin_session s join admin_account a using (admin_id)
        where session_id = any (@SessionIds) and a.disabled_at is null
            and expires_at > clock_timestamp() and seen_at > clock_timestamp() - @Idle
        """;

    private const string EndSessionSql = "select admin_end_session(@AdminId, @SessionId)";

    private const string SetPasswordSql =
        "select admin_set_password(@AdminId, @PasswordHash, @Step, @AccountKey, @NetworkKey, @Keep)";

    private const string DeleteExpiredSql = """
        with s as (
            delete from admin_session where token_hash in (
                select token_hash from admin_session where expires_at <= clock_timestamp() limit @Limit) returning 1),
        f as (
            delete from admin_failure where (account_key, network_key) in (
                select account_key, network_key from admin_failure where last_at < clock_timestamp() - @LongestLockOut limit @Limit)
            returning 1)
        select ((select count(*) from s) + (select count(*) from f))::int
        """;

    private const string CountExpiredSql = """
        select count(*)::int from (
            (select 1 from admin_session where expires_at <= clock_timestamp() limit @Limit) union all
            (select 1 from admin_failure where last_at < clock_timestamp() - @LongestLockOut limit @Limit) limit @Limit) over
        """;

    private readonly AdminOptions _options = options.Value;

    public async Task<AdminAccount?> Create(NewAdmin admin, Guid? actor) => (await database.One<Row>(CreateSql, new
    {
        admin.AdminId,
        admin.Email,
        admin.Name,
        Role = (short)admin.Role,
        admin.PasswordHash,
        admin.OtpKey,
        Actor = actor,
        Max = AdminAccounts.MaxAccounts,
    }))?.ToAccount();

    public async Task<IReadOnlyList<AdminAccount>> List() => (await database.Query<Row>(ListSql)).ConvertAll(row => row.ToAccount());

    public async Task<AdminAccount?> Find(string email) => (await database.One<Row>(FindSql, new { Email = email }))?.ToAccount();

    public async Task<Outcome<AdminAccount>> Change(Guid adminId, AdminChange change, Guid? actor) =>
        await database.One<string>(ChangeSql, new
        {
            AdminId = adminId,
            change.Name,
            Role = (short?)change.Role,
            change.Disabled,
            change.PasswordHash,
            change.OtpKey,
            Actor = actor,
        }) switch
        {
            "changed" => (await database.One<Row>(FindByIdSql, new { AdminId = adminId }))!.ToAccount(),
            "forbidden" => CommonRefusals.Forbidden,
            _ => CommonRefusals.NotFound,
        };

    public async Task<(AdminKey? Key, bool IsKnown)> FindKey(string email, byte[] networkKey)
    {
        var row = await database.One<KeyRow>(FindKeySql, new { Email = (string?)email, AdminId = (Guid?)null, NetworkKey = networkKey });
        return (row?.ToKey(), row?.IsKnown ?? false);
    }

    public async Task<AdminKey?> FindKey(Guid adminId) =>
        (await database.One<KeyRow>(FindKeySql, new { Email = (string?)null, AdminId = (Guid?)adminId, NetworkKey = Array.Empty<byte>() }))?.ToKey();

    public Task<TimeSpan?> Attempt(byte[] accountKey, byte[] networkKey, bool isKnown) => database.One<TimeSpan?>(AttemptSql, new
    {
        AccountKey = accountKey,
        NetworkKey = networkKey,
        IsKnown = isKnown,
        _options.FreeAttempts,
        _options.LockOut,
        _options.LongestLockOut,
        _options.PauseAtKnownNetwork,
    });

    public Task<bool> SignIn(Guid adminId, long step, byte[] accountKey, NewAdminSession session) => database.One<bool>(SignInSql, new
    {
        AdminId = adminId,
        Step = step,
        AccountKey = accountKey,
        session.NetworkKey,
        session.TokenHash,
        session.SessionId,
        session.Browser,
        Lifetime = _options.SessionLifetime,
        Max = AdminLogins.MaxSessions,
    });

    public async Task<AdminLogin?> FindSession(byte[] tokenHash) =>
        await database.One<LoginRow>(FindSessionSql, new { TokenHash = tokenHash, Idle = _options.SessionIdle }) is { } row
            ? new AdminLogin(row.ToAccount(), row.SessionId, row.ExpiresAt)
            : null;

    public async Task<IReadOnlyList<AdminSession>> Sessions(Guid adminId) =>
        await database.Query<AdminSession>(SessionsSql, new { AdminId = adminId, Idle = _options.SessionIdle });

    public async Task<IReadOnlyList<Guid>> Live(IReadOnlyCollection<Guid> sessionIds) =>
        await database.Query<Guid>(LiveSql, new { SessionIds = sessionIds.ToArray(), Idle = _options.SessionIdle });

    public Task EndSession(Guid adminId, Guid sessionId) =>
        database.Execute(EndSessionSql, new { AdminId = adminId, SessionId = sessionId });

    public Task<bool> SetPassword(Guid adminId, string passwordHash, long step, byte[] accountKey, byte[] networkKey, Guid keep) =>
        database.One<bool>(SetPasswordSql, new
        {
            AdminId = adminId,
            PasswordHash = passwordHash,
            Step = step,
            AccountKey = accountKey,
            NetworkKey = networkKey,
            Keep = keep,
        });

    public Task<int> DeleteExpired(int limit) =>
        database.One<int>(DeleteExpiredSql, new { Limit = limit, _options.LongestLockOut });

    public Task<int> CountExpired(int limit) => database.One<int>(CountExpiredSql, new { Limit = limit, _options.LongestLockOut });

    /// <summary>Settable, because Dapper takes no constructor whose roles are numbers.</summary>
    private class Row
    {
        public Guid AdminId { get; set; }

        public string Email { get; set; } = "";

        public string Name { get; set; } = "";

        public AdminRole Role { get; set; }

        public DateTimeOffset CreatedAt { get; set; }

        public DateTimeOffset? DisabledAt { get; set; }

        public DateTimeOffset? SignedInAt { get; set; }

        public AdminAccount ToAccount() => new(AdminId, Email, Name, Role, CreatedAt, DisabledAt, SignedInAt);
    }

    private sealed class LoginRow : Row
    {
        public Guid SessionId { get; set; }

        public DateTimeOffset ExpiresAt { get; set; }
    }

    private sealed class KeyRow
    {
        public Guid AdminId { get; set; }

        public string PasswordHash { get; set; } = "";

        public byte[] OtpKey { get; set; } = [];

        public long LastStep { get; set; }

        public bool IsKnown { get; set; }

        public AdminKey ToKey() => new(AdminId, PasswordHash, OtpKey, LastStep);
    }
}
