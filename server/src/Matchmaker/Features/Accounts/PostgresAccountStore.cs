using System.Security.Cryptography;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Accounts;

/// <summary>Accounts in the tables <c>app_user</c> and <c>login_session</c>.</summary>
internal sealed class PostgresAccountStore(Database database) : IAccountStore
{
    private const string CreateSql = """
        with u as (
            insert into app_user (user_id, name, gender, languages, interests)
            values (@Id, @Name, @Gender, @Languages, @Interests))
        insert into login_session (token_hash, session_id, user_id, expires_at, address_key, network_key, origin_key)
        values (@TokenHash, @SessionId, @Id, now() + make_interval(secs => @Seconds), @Address, @Network, @Origin)
        returning session_id, user_id, expires_at
        """;

    private const string FindSessionSql = """
        select session_id, user_id, expires_at, mark_of(user_id) as mark from login_session
        where token_hash = @TokenHash and expires_at > now()
        """;

    private const string FindUsersSql = """
        select user_id, name, gender, languages, interests from app_user where user_id = any(@UserIds)
        """;

    // Writes only when somebody comes from elsewhere than the last time.
    private const string FindSignedInSql = """
        with moved as (
            update login_session set address_key = @Address, network_key = @Network, origin_key = @Origin
            where session_id = @SessionId and @Address::bytea is not null
                and (address_key, network_key, origin_key) is distinct from (@Address, @Network, @Origin))
        select u.user_id, u.name, u.gender, u.languages, u.interests, mark_of(u.user_id) as mark
        from login_session s join app_user u on u.user_id = s.user_id
        where s.session_id = @SessionId and s.expires_at > now()
        """;

    private const string AddressSecretSql = """
        insert into server_key (name, current) values ('address', @Secret) on conflict (name) do nothing;
        select current from server_key where name = 'address'
        """;

    // The index gives them in the order of their bytes, so that a short beginning reads no more than it shows.
    private const string SearchSql = """
        (select user_id, name, gender, languages, interests, created_at from app_user where user_id = @Id)
        union
        (select user_id, name, gender, languages, interests, created_at from app_user
            where @Name <> '' and lower(name) ~>=~ lower(@Name) and lower(name) ~<~ (lower(@Name) || chr(1114111))
            order by lower(name) using ~<~ limit @Limit)
        order by name, user_id limit @Limit
        """;

    private const string ChangeSql = """
        update app_user set
            name = coalesce(@Name, name), gender = coalesce(@Gender, gender),
            languages = coalesce(@Languages, languages), interests = coalesce(@Interests, interests)
        where user_id = @UserId
        returning user_id, name, gender, languages, interests
        """;

    private const string EndSessionSql = "delete from login_session where session_id = @SessionId";

    private const string ListSessionsSql = "select session_id from login_session where session_id = any (@SessionIds)";

    private const string DatesSql = """
        select u.created_at as user_created_at, s.created_at, s.expires_at
        from app_user u left join login_session s on s.user_id = u.user_id where u.user_id = @UserId order by s.created_at
        """;

    private const string UnreachableSql = """
        select u.user_id from app_user u
        where u.created_at < now() - @Age and not exists (select 1 from login_session s where s.user_id = u.user_id)
        order by u.created_at limit @Limit
        """;

    private const string EraseSql = """
        with s as (delete from login_session where user_id = @UserId returning session_id),
             u as (delete from app_user where user_id = @UserId)
        select session_id from s
        """;

    private const string DeleteExpiredSql = """
        delete from login_session where token_hash in (
            select token_hash from login_session where expires_at <= now() order by expires_at limit @Limit)
        """;

    private const string CountExpiredSql =
        "select count(*)::int from (select 1 from login_session where expires_at <= now() limit @Limit) over";

    public async Task<byte[]> AddressSecret() =>
        (await database.One<byte[]>(AddressSecretSql, new { Secret = RandomNumberGenerator.GetBytes(32) }))!;

    public async Task<Login> Create(Card user, Guid sessionId, byte[] tokenHash, TimeSpan lifetime, AddressKeys? from = null) =>
        (await database.One<LoginRow>(CreateSql, new
        {
            user.Id,
            user.Name,
            Gender = (short)user.Gender,
            Languages = user.Languages.ToArray(),
            Interests = user.Interests.ToArray(),
            SessionId = sessionId,
            TokenHash = tokenHash,
            Seconds = lifetime.TotalSeconds,
            from?.Address,
            from?.Network,
            from?.Origin,
        }))!.Read();

    public async Task<Login?> FindSession(byte[] tokenHash) =>
        (await database.One<LoginRow>(FindSessionSql, new { TokenHash = tokenHash }))?.Read();

    public async Task<SignedInUser?> FindSignedIn(Guid sessionId, AddressKeys? from = null) =>
        await database.One<Row>(FindSignedInSql, new { SessionId = sessionId, from?.Address, from?.Network, from?.Origin }) is { } row
            ? new SignedInUser(row.ToCard(), ReadMark(row.Mark))
            : null;

    public async Task<Card?> FindUser(Guid userId) => await FindUsers([userId]) is [var card] ? card : null;

    public async Task<IReadOnlyList<Card>> FindUsers(IReadOnlyCollection<Guid> userIds) =>
        (await database.Query<Row>(FindUsersSql, new { UserIds = userIds.ToArray() })).ConvertAll(row => row.ToCard());

    public async Task<IReadOnlyList<FoundUser>> Search(string name, Guid id, int limit) =>
        (await database.Query<Row>(SearchSql, new { Name = name, Id = id, Limit = limit })).ConvertAll(row => new FoundUser(row.ToCard(), row.CreatedAt));

    public async Task<Card?> Change(Guid userId, Profile profile) =>
        (await database.One<Row>(ChangeSql, new
        {
            UserId = userId,
            profile.Name,
            Gender = (short?)profile.Gender,
            Languages = profile.Languages?.ToArray(),
            Interests = profile.Interests?.ToArray(),
        }))?.ToCard();

    public async Task<bool> EndSession(Guid sessionId) =>
        await database.Execute(EndSessionSql, new { SessionId = sessionId }) > 0;

    public async Task<IReadOnlyList<Guid>> ListSessions(IReadOnlyCollection<Guid> sessionIds) =>
        await database.Query<Guid>(ListSessionsSql, new { SessionIds = sessionIds.ToArray() });

    public async Task<AccountDates?> FindDates(Guid userId)
    {
        var rows = await database.Query<DatesRow>(DatesSql, new { UserId = userId });
        return rows.Count == 0 ? null : new AccountDates(
            rows[0].UserCreatedAt, [.. rows.Where(r => r.CreatedAt is not null).Select(r => new LoginDates(r.CreatedAt!.Value, r.ExpiresAt!.Value))]);
    }

    public async Task<IReadOnlyList<Guid>> ListUnreachable(TimeSpan age, int limit) =>
        await database.Query<Guid>(UnreachableSql, new { Age = age, Limit = limit });

    public async Task<IReadOnlyList<Guid>> Erase(Guid userId) => await database.Query<Guid>(EraseSql, new { UserId = userId });

    public Task<int> DeleteExpired(int limit) => database.Execute(DeleteExpiredSql, new { Limit = limit });

    public Task<int> CountExpired(int limit) => database.One<int>(CountExpiredSql, new { Limit = limit });

    private static Mark? ReadMark(string? word) => word is null ? null : StoredWord.Parse<Mark>(word);

    private sealed record DatesRow(DateTimeOffset UserCreatedAt, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt);

    private sealed class LoginRow
    {
        public Guid SessionId { get; set; }

        public Guid UserId { get; set; }

        public DateTimeOffset ExpiresAt { get; set; }

        public string? Mark { get; set; }

        public Login Read() => new(SessionId, UserId, ExpiresAt, ReadMark(Mark));
    }

    /// <summary>Settable, because Npgsql tells Dapper no more of an array than that it is one.</summary>
    private sealed class Row
    {
        public Guid UserId { get; set; }

        public string Name { get; set; } = "";

        public short Gender { get; set; }

        public string[] Languages { get; set; } = [];

        public string[] Interests { get; set; } = [];

        public DateTimeOffset CreatedAt { get; set; }

        public string? Mark { get; set; }

        public Card ToCard() => new(UserId, Name, (Gender)Gender, Languages, Interests);
    }
}
