using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Matching;

/// <summary>Invites in PostgreSQL (unlogged): the unique index on the pair settles two that cross.</summary>
internal sealed class PostgresInviteStore(Database database) : IInviteStore
{
    private const string CreateSql = """
        select outcome, invite_id, expires_at, remaining from create_invite(@InviteId, @FromUserId, @ToUserId, @ConnectionId, @CallSeconds, @Ring)
        """;

    private const string EndSql = "select from_user, to_user, cooldown_until from end_invite(@Id, @Outcome, @Cooldown)";

    private const string ExtendSql = """
        update invite set expires_at = expires_at + @By, extensions = extensions + 1
        where invite_id = @Id and from_user = @From and outcome is null and extensions < @Max and expires_at > clock_timestamp()
        """;

    private const string InviteSql = """
        select n.invite_id, n.from_user, u.name, u.gender, u.languages, u.interests, n.to_user, n.connection_id, n.call_seconds,
            n.expires_at, extract(epoch from n.expires_at - clock_timestamp())::double precision as remaining, n.extensions,
            n.outcome, n.call_id
        from invite n join app_user u on u.user_id = n.from_user
        """;

    private const string EndedSql = """
        select invite_id from invite where outcome is not null and ended_at < clock_timestamp() - interval '5 minutes' order by ended_at limit @Limit
        """;

    // One that has rung out meanwhile comes back too, so that it ends for both.
    private const string RestoreSql = """
        insert into invite (invite_id, from_user, to_user, connection_id, call_seconds, expires_at, extensions)
        select * from unnest(@Ids, @From, @To, @Connections, @Seconds, @ExpiresAt, @Extensions) x(id, f, t, c, s, e, n) order by id
        on conflict do nothing
        """;

    public async Task<CreatedInvite> Create(NewInvite invite, TimeSpan ring)
    {
        var row = await database.One<(string Outcome, Guid? InviteId, DateTimeOffset? ExpiresAt, double? Remaining)>(CreateSql, new
        {
            invite.InviteId,
            invite.FromUserId,
            invite.ToUserId,
            invite.ConnectionId,
            invite.CallSeconds,
            Ring = ring.TotalSeconds,
        });
        return new CreatedInvite(
            Enum.Parse<CreateOutcome>(row.Outcome, ignoreCase: true), row.InviteId, row.ExpiresAt, TimeSpan.FromSeconds(row.Remaining ?? 0));
    }

    public async Task<EndedInvite?> End(Guid inviteId, InviteOutcome outcome, TimeSpan? cooldown) =>
        (await database.Query<(Guid From, Guid To, DateTimeOffset? Until)>(
            EndSql, new { Id = inviteId, Outcome = Word(outcome), Cooldown = cooldown })) is [var row]
            ? new EndedInvite(row.From, row.To, row.Until)
            : null;

    public async Task<StoredInvite?> Extend(Guid inviteId, Guid fromUserId, TimeSpan by, int max) =>
        await database.Execute(ExtendSql, new { Id = inviteId, From = fromUserId, By = by, Max = max }) == 1 ? await Find(inviteId) : null;

    public async Task<StoredInvite?> Find(Guid inviteId) =>
        await database.One<Row>(InviteSql + " where n.invite_id = @Id", new { Id = inviteId }) is { } row ? Read(row) : null;

    public Task<IReadOnlyList<StoredInvite>> LiveOf(Guid userId) => LiveOf([userId]);

    public async Task<IReadOnlyList<StoredInvite>> LiveOf(IReadOnlyCollection<Guid> users) =>
        (await database.Query<Row>(
            InviteSql + " where n.outcome is null and n.expires_at > clock_timestamp() and (n.from_user = any (@Users) or n.to_user = any (@Users))",
            new { Users = users.ToArray() })).ConvertAll(Read);

    public Task<int> DeleteEnded(int limit) => database.Execute(
        $"delete from invite where invite_id in ({EndedSql} for update skip locked)", new { Limit = limit });

    public Task<int> CountEnded(int limit) => database.One<int>($"select count(*)::int from ({EndedSql}) over", new { Limit = limit });

    public Task Restore(IReadOnlyCollection<StoredInvite> invites) => database.Execute(RestoreSql, new
    {
        Ids = invites.Select(i => i.InviteId).ToArray(),
        From = invites.Select(i => i.From.Id).ToArray(),
        To = invites.Select(i => i.ToUserId).ToArray(),
        Connections = invites.Select(i => i.ConnectionId).ToArray(),
        Seconds = invites.Select(i => i.CallSeconds).ToArray(),
        ExpiresAt = invites.Select(i => i.ExpiresAt.UtcDateTime).ToArray(),
        Extensions = invites.Select(i => (short)i.Extensions).ToArray(),
    });

    private static string Word(InviteOutcome outcome) => outcome switch
    {
        InviteOutcome.Declined => "declined",
        InviteOutcome.Rescinded => "rescinded",
        InviteOutcome.Expired => "expired",
        InviteOutcome.Accepted => "accepted",
        _ => "unavailable",
    };

    private static StoredInvite Read(Row r) => new(
        r.InviteId, new Card(r.FromUser, r.Name, (Gender)r.Gender, r.Languages, r.Interests), r.ToUser, r.ConnectionId, r.CallSeconds,
        r.ExpiresAt, TimeSpan.FromSeconds(r.Remaining), r.Extensions,
        r.Outcome is null ? null : Enum.Parse<InviteOutcome>(r.Outcome, ignoreCase: true), r.CallId);

    private sealed class Row
    {
        public Guid InviteId { get; set; }

        public Guid FromUser { get; set; }

        public string Name { get; set; } = "";

        public short Gender { get; set; }

        public string[] Languages { get; set; } = [];

        public string[] Interests { get; set; } = [];

        public Guid ToUser { get; set; }

        public string ConnectionId { get; set; } = "";

        public int CallSeconds { get; set; }

        public DateTimeOffset ExpiresAt { get; set; }

        public double Remaining { get; set; }

        public short Extensions { get; set; }

        public string? Outcome { get; set; }

        public Guid? CallId { get; set; }
    }
}
