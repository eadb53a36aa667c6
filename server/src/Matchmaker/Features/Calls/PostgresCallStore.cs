using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Matchmaker.Features.Calls;

/// <summary>Calls in PostgreSQL; the functions <c>start_calls</c> and <c>end_calls</c> are the rules. Ends are written in groups.</summary>
internal sealed class PostgresCallStore : ICallStore
{
    private const string StartSql = """
        select call_id, outcome, started_at, ends_at, conn_i as initiator_connection, conn_o as other_connection
        from start_calls(@Epoch, @Wait, @Calls, @Initiators, @Others, @TicketsI, @TicketsO, @ConnsI, @ConnsO, @Seconds, @Invites, @Origin)
        """;

    private const string EndSql = """
        select call_id, seconds, recorded, reason, cooldown_until, rev, closed
        from end_calls(@Calls, @Reasons, @Ago, @HistoryFrom, @HistoryFrom, @Short, @Long)
        """;

    // Not away is whose tab has opened another connection: it takes the seat with its Resume, a round trip later.
    private const string ActiveSql = """
        select c.call_id, c.origin, c.call_seconds, c.ends_at, c.rev,
            extract(epoch from clock_timestamp() - c.started_at)::double precision as elapsed,
            extract(epoch from c.ends_at - clock_timestamp())::double precision as remaining,
            card(c.initiator)::text as initiator_card, i.connection_id as initiator_connection,
            i.away_since is not null and not exists (
                select 1 from connection n where n.user_id = i.user_id and n.tab = ic.tab and n.number > ic.number
                    and n.closed_at is null and is_live(n.instance_id, n.generation)) as initiator_away, i.wishes::text as initiator_wishes,
            ic.instance_id as initiator_instance,
            card(c.other)::text as other_card, o.connection_id as other_connection,
            o.away_since is not null and not exists (
                select 1 from connection n where n.user_id = o.user_id and n.tab = oc.tab and n.number > oc.number
                    and n.closed_at is null and is_live(n.instance_id, n.generation)) as other_away, o.wishes::text as other_wishes,
            oc.instance_id as other_instance
        from (select distinct call_id from seat where user_id = any (@Users)) s join call c on c.call_id = s.call_id
        join seat i on i.user_id = c.initiator and i.call_id = c.call_id
        join seat o on o.user_id = c.other and o.call_id = c.call_id
        left join connection ic on ic.connection_id = i.connection_id
        left join connection oc on oc.connection_id = o.connection_id
        where c.ended_at is null
        """;

    private const string AbandonedSql = """
        select count(*)::int from (
            select c.call_id from call c where c.ended_at is null and c.ends_at < clock_timestamp() - interval '5 s'
            union
            select s.call_id from seat s where s.away_since < clock_timestamp() - @Grace - interval '5 s'
            limit @Limit) a
        """;

    // Of a call that is in both, the ban is what counts: whoever ends it first.
    private const string SweepSql = """
        select call_id, 'banned' as reason from banned_calls(@Limit)
        union all
        select call_id, 'blocked' from blocked_calls(@Limit)
        union all
        select call_id, reason from sweep_lost(@Grace, @Limit)
        """;

    private readonly Database _database;
    private readonly PostgresHistoryStore _history;
    private readonly PostgresArchiveStore _archive;
    private readonly TimeProvider _time;
    private readonly CallOptions _options;
    private readonly CallMetrics _metrics;

    public PostgresCallStore(
        Database database, PostgresHistoryStore history, PostgresArchiveStore archive, TimeProvider time, IOptions<CallOptions> options,
        CallMetrics metrics)
    {
        (_database, _history, _archive, _time, _options, _metrics) = (database, history, archive, time, options.Value, metrics);
        Backlog = new GroupWriter<CallEnd, EndedCall?>("call ends", EndGroup, _options.MaxPendingEnds, lanes: database.WriteLanes);
    }

    public async Task<IReadOnlyList<StartedCall>> Start(IReadOnlyList<CallPair> pairs, long? epoch, CallOrigin origin)
    {
        try
        {
            var rows = await _database.Query<StartRow>(StartSql, new
            {
                Epoch = epoch,
                Wait = epoch is null,
                Calls = pairs.Select(p => p.CallId).ToArray(),
                Initiators = pairs.Select(p => p.InitiatorId).ToArray(),
                Others = pairs.Select(p => p.OtherId).ToArray(),
                TicketsI = pairs.Select(p => p.InitiatorTicket).ToArray(),
                TicketsO = pairs.Select(p => p.OtherTicket).ToArray(),
                ConnsI = pairs.Select(p => p.InitiatorConnection).ToArray(),
                ConnsO = pairs.Select(p => p.OtherConnection).ToArray(),
                Seconds = pairs.Select(p => p.CallSeconds).ToArray(),
                Invites = pairs[0].InviteId is null ? null : pairs.Select(p => p.InviteId).ToArray(),
                Origin = StoredWord.Of(origin),
            });
            return rows.ConvertAll(r => new StartedCall(
                r.CallId, Enum.Parse<StartOutcome>(r.Outcome, ignoreCase: true), r.StartedAt ?? default, r.EndsAt ?? default,
                r.InitiatorConnection, r.OtherConnection));
        }
        catch (PostgresException e) when (e.SqlState == "55000")
        {
            throw new FencedException();
        }
    }

    /// <summary>What waits to be written.</summary>
    public GroupWriter<CallEnd, EndedCall?> Backlog { get; }

    public Task<EndedCall?> End(CallEnd end) => Backlog.Write(end);

    public Task<AttachedSeat?> Attach(Guid userId, Guid callId, string connectionId, bool take) => _database.One<AttachedSeat>(
        "select holder, rev, previous from attach_seat(@User, @Call, @Connection, @Take)",
        new { User = userId, Call = callId, Connection = connectionId, Take = take });

    public async Task<ActiveCall?> FindActive(Guid userId) => await ListActive([userId]) is [var call, ..] ? call : null;

    public async Task<IReadOnlyList<ActiveCall>> ListActive(IReadOnlyCollection<Guid> users) =>
        (await _database.Query<ActiveRow>(ActiveSql, new { Users = users.ToArray() })).ConvertAll(r => new ActiveCall(
            r.CallId, StoredWord.Parse<CallOrigin>(r.Origin), r.CallSeconds, r.EndsAt, TimeSpan.FromSeconds(r.Elapsed), TimeSpan.FromSeconds(r.Remaining), r.Rev,
            new ActiveSeat(CallJson.ReadCard(r.InitiatorCard), r.InitiatorConnection, r.InitiatorAway, r.InitiatorWishes, r.InitiatorInstance),
            new ActiveSeat(CallJson.ReadCard(r.OtherCard), r.OtherConnection, r.OtherAway, r.OtherWishes, r.OtherInstance)));

    public async Task<IReadOnlyList<(Guid CallId, EndReason Reason)>> Sweep(TimeSpan grace, int limit) =>
        (await _database.Query<(Guid CallId, string Reason)>(SweepSql, new { Grace = grace, Limit = limit }))
            .ConvertAll(r => (r.CallId, StoredWord.Parse<EndReason>(r.Reason)));

    public Task<int> CountAbandoned(TimeSpan grace, int limit) => _database.One<int>(AbandonedSql, new { Grace = grace, Limit = limit });

    public Task<IReadOnlyList<HistoryEntry>> History(Guid userId, int limit, (DateTimeOffset StartedAt, Guid CallId)? before) =>
        _history.Page(userId, limit, before);

    public Task<HistoryEntry?> FindInHistory(Guid userId, Guid callId) => _history.Find(userId, callId);

    public Task<int> Archive(TimeSpan age, int limit) => _archive.Move(age, limit);

    public Task<int> CountOld(TimeSpan age, int limit) => _archive.CountOld(age, limit);

    public Task<int> Forget(TimeSpan age, int limit) => _archive.Forget(age, limit);

    public Task<int> CountForgettable(TimeSpan age, int limit) => _archive.CountForgettable(age, limit);

    public Task Erase(Guid userId) => _history.Erase(userId);

    private async Task<IReadOnlyList<EndedCall?>> EndGroup(IReadOnlyList<CallEnd> ends)
    {
        // How long ago is measured when the statement goes out: it may have waited for a connection.
        var rows = await _database.Query<EndRow>(EndSql, () => new
        {
            Calls = ends.Select(e => e.CallId).ToArray(),
            Reasons = ends.Select(e => StoredWord.Of(e.Reason)).ToArray(),
            Ago = ends.Select(e => _time.GetElapsedTime(e.At).TotalSeconds).ToArray(),
            HistoryFrom = _options.HistoryFromSeconds,
            Short = _options.ShortCooldown,
            Long = _options.Cooldown,
        });
        foreach (var row in rows.Where(r => r.Closed))
        {
            _metrics.Ended(StoredWord.Parse<EndReason>(row.Reason), row.Seconds);
        }

        var byId = rows.ToDictionary(r => r.CallId);
        return [.. ends.Select(e => byId.TryGetValue(e.CallId, out var r)
            ? new EndedCall(r.CallId, r.Seconds, r.Recorded, StoredWord.Parse<EndReason>(r.Reason), r.CooldownUntil, r.Rev)
            : null)];
    }

    private sealed record StartRow(
        Guid CallId, string Outcome, DateTimeOffset? StartedAt, DateTimeOffset? EndsAt, string? InitiatorConnection, string? OtherConnection);

    private sealed record EndRow(Guid CallId, int Seconds, bool Recorded, string Reason, DateTimeOffset? CooldownUntil, int Rev, bool Closed);

    private sealed class ActiveRow
    {
        public Guid CallId { get; set; }

        public string Origin { get; set; } = "";

        public int CallSeconds { get; set; }

        public DateTimeOffset EndsAt { get; set; }

        public int Rev { get; set; }

        public double Elapsed { get; set; }

        public double Remaining { get; set; }

        public string InitiatorCard { get; set; } = "";

        public string? InitiatorConnection { get; set; }

        public bool InitiatorAway { get; set; }

        public string? InitiatorInstance { get; set; }

        public string? InitiatorWishes { get; set; }

        public string OtherCard { get; set; } = "";

        public string? OtherConnection { get; set; }

        public bool OtherAway { get; set; }

        public string? OtherInstance { get; set; }

        public string? OtherWishes { get; set; }
    }
}
