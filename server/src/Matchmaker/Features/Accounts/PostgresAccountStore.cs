using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Accounts;

/// <summary>Accounts in the tables <c>app_user</c> and <c>login_session</c>.</summary>
internal sealed class PostgresAccountStore(Database database) : IAccountStore
{
    private const string CreateSql = """
        with u as (
            insert into app_user (user_id, name, gender, languages, interests)
            values (@Id, @Name, @Gender, @Languages, @Interests))
        insert into login_session (token_hash, session_id, user_id, expires_at)
        values (@TokenHash, @SessionId, @Id, now() + make_interval(secs => @Seconds))
        returning session_id, user_id, expires_at
        """;

    private const string FindSessionSql = """
        select session_id, user_id, expires_at from login_session where token_hash = @TokenHash and expires_at > now()
        """;

    private const string FindUsersSql = """
        select user_id, name, gender, languages, interests from app_user where user_id = any(@UserIds)
        """;

    private const string FindSignedInSql = """
        select u.user_id, u.name, u.gender, u.languages, u.interests
        from login_session s join app_user u on u.user_id = s.user_id
        where s.session_id = @SessionId and s.expires_at > now()
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

    public async Task<Login> Create(Card user, Guid sessionId, byte[] tokenHash, TimeSpan lifetime) =>
        (await database.One<Login>(CreateSql, new
        {
            user.Id,
            user.Name,
            Gender = (short)user.Gender,
            Languages = user.Languages.ToArray(),
            Interests = user.Interests.ToArray(),
            SessionId = sessionId,
            TokenHash = tokenHash,
            Seconds = lifetime.TotalSeconds,
        }))!;

    public Task<Login?> FindSession(byte[] tokenHash) => database.One<Login>(FindSessionSql, new { TokenHash = tokenHash });

    public async Task<Card?> FindSignedIn(Guid sessionId) =>
        (await database.One<Row>(FindSignedInSql, new { SessionId = sessionId }))?.ToCard();

    public async Task<Card?> FindUser(Guid userId) => await FindUsers([userId]) is [var card] ? card : null;

    public async Task<IReadOnlyList<Card>> FindUsers(IReadOnlyCollection<Guid> userIds) =>
        (await database.Query<Row>(FindUsersSql, new { UserIds = userIds.ToArray() })).ConvertAll(row => row.ToCard());

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

    public async Task<IReadOnlyList<Guid>> Erase(Guid userId) => await database.Query<Guid>(EraseSql, new { UserId = userId });

    public Task<int> DeleteExpired(int limit) => database.Execute(DeleteExpiredSql, new { Limit = limit });

    public Task<int> CountExpired(int limit) => database.One<int>(CountExpiredSql, new { Limit = limit });

    /// <summary>Settable, because Npgsql tells Dapper no more of an array than that it is one.</summary>
    private sealed class Row
    {
        public Guid UserId { get; set; }

        public string Name { get; set; } = "";

        public short Gender { get; set; }

        public string[] Languages { get; set; } = [];

        public string[] Interests { get; set; } = [];

        public Card ToCard() => new(UserId, Name, (Gender)Gender, Languages, Interests);
    }
}
