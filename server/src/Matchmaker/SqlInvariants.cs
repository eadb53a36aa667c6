using Matchmaker.Features.Safety;
using Matchmaker.Platform.Postgres;

namespace Matchmaker;

/// <summary>
/// What must never be true of the database, as queries that name each violation; none of them changes anything. An
/// instance may be working meanwhile: each query is one statement, and sees what is committed.
/// </summary>
internal static class SqlInvariants
{
    public const int NamedAtMost = 5;

    public static IReadOnlyList<SqlInvariant> All { get; } =
    [
        new("INV-01", "a user is in two open calls", """
            select m.u::text from call c cross join lateral (values (c.initiator), (c.other)) m(u)
            where c.ended_at is null group by m.u having count(*) > 1
            """),
        new("INV-01", "two calls of a user overlap", """
            select u || ': ' || call_id || ' and ' || next_id from (
                select x.u, c.call_id, c.ended_at, lead(c.call_id) over own as next_id, lead(c.started_at) over own as next_started
                from call c cross join lateral (values (c.initiator), (c.other)) x(u)
                window own as (partition by x.u order by c.started_at, c.call_id)) m
            where next_started < coalesce(ended_at, 'infinity')
            """),
        new("INV-02", "a call has not two distinct members", "select call_id::text from call where initiator = other"),
        new("INV-02", "a seat is in somebody else's call", """
            select s.user_id || ' in ' || s.call_id from seat s join call c using (call_id) where s.user_id not in (c.initiator, c.other)
            """),
        // Whether somebody is barred is seen a moment after the time that a call gets; an end of that may fall in between.
        new("INV-02", "a call began although one of its two was barred", """
            select c.call_id || ' of ' || m.user_id from measure m join call c on m.user_id in (c.initiator, c.other)
            where m.kind <> 'warn' and c.started_at >= m.taken_at
                and c.started_at < coalesce(least(m.until, m.lifted_at), 'infinity') - interval '2 s'
            """),
        new("INV-03", "a ticket is there twice", """
            select ticket_id::text from ticket where ticket_id is not null group by ticket_id having count(*) > 1
            """),
        new("INV-03", "a lock on a user was left behind", "select user_id::text from ticket where ticket_id is null"),
        new("INV-04", "somebody is queued and in a call", """
            select user_id::text from ticket join seat using (user_id) where ticket_id is not null
            """),
        new("INV-04", "somebody is queued and barred", """
            select user_id::text from ticket where ticket_id is not null and barred_by(user_id) is not null
            """),
        new("INV-05", "a call began although one had blocked the other", """
            select c.call_id::text from call c join block b
                on (b.blocker, b.blocked) in ((c.initiator, c.other), (c.other, c.initiator)) and b.created_at < c.started_at
            """),
        new("INV-05", "a call began in the cooldown of an earlier one", """
            select b.call_id || ' after ' || a.call_id from call a join call b
                on least(a.initiator, a.other) = least(b.initiator, b.other)
                and greatest(a.initiator, a.other) = greatest(b.initiator, b.other)
                and a.call_id <> b.call_id and a.started_at <= b.started_at
            where a.ended_at is null or b.started_at < a.ended_at + @ShortCooldown
            """),
        new("INV-08", "a pair has two live invites", """
            select least(from_user, to_user) || ' and ' || greatest(from_user, to_user) from invite where outcome is null
            group by least(from_user, to_user), greatest(from_user, to_user) having count(*) > 1
            """),
        new("INV-08", "an accepted invite has not the call of its two", """
            select n.invite_id::text from invite n left join call c using (call_id)
            where n.outcome = 'accepted' and (c.call_id is null or n.from_user not in (c.initiator, c.other) or n.to_user not in (c.initiator, c.other))
            """),
        new("INV-08", "a call came of two invites, or of one that was not accepted", """
            select call_id::text from invite where call_id is not null group by call_id having count(*) > 1 or bool_or(outcome <> 'accepted')
            """),
        new("INV-09", "a call that ended is not in the history of a member exactly once", """
            select c.call_id || ' of ' || m.u from call c cross join lateral (values (c.initiator), (c.other)) m(u)
            join app_user a on a.user_id = m.u
            where c.ended_at is not null and (select count(*) from history h where h.call_id = c.call_id and h.user_id = m.u)
                <> case when call_length(c) >= @HistoryFrom then 1 else 0 end
            """),
        new("INV-09", "a history does not say what the call was", """
            select h.call_id || ' of ' || h.user_id from history h left join call c using (call_id)
            where c.ended_at is null or h.seconds <> call_length(c) or h.reason <> c.reason
                or h.user_id not in (c.initiator, c.other) or h.partner_id not in (c.initiator, c.other) or h.user_id = h.partner_id
            """),
        new("INV-19", "an archived call is not listed for anybody, or is also where it was", """
            select a.call_id::text from archived_call a
            where not exists (select 1 from archived_history h where h.call_id = a.call_id)
                or exists (select 1 from history h where h.call_id = a.call_id) or exists (select 1 from call c where c.call_id = a.call_id)
            """),
        new("INV-10", "a seat is in a call that has ended", """
            select s.user_id || ' in ' || s.call_id from seat s left join call c using (call_id) where c.call_id is null or c.ended_at is not null
            """),
        new("INV-10", "an open call has not both its seats", """
            select c.call_id::text from call c where c.ended_at is null
                and (select count(*) from seat s where s.call_id = c.call_id and s.user_id in (c.initiator, c.other)) <> 2
            """),
        new("INV-11", "a seat is away although its connection is open", """
            select user_id::text from seat where away_since is not null and open_connection(user_id, connection_id) = connection_id
            """),
        new("INV-11", "a connected user counts as lost", """
            select user_id::text from presence where lost_at is not null and open_connection(user_id, null) is not null
            """),
        new("INV-12", "a connected user has no presence", """
            select c.connection_id from connection c left join presence p using (user_id)
            where p.user_id is null and c.closed_at is null and is_live(c.instance_id, c.generation)
            """),
        new("INV-32", "the audit is broken", PostgresAuditStore.BrokenSql),
        new("INV-32", "the audit was cut", PostgresAuditStore.CutSql),
        new("INV-32", "a measure has not one entry in the audit", """
            select m.measure_id::text from measure m where (
                select count(*) from audit_entry e
                where e.subject = m.user_id::text and e.action = 'measure.' || m.kind and e.detail ->> 'measureId' = m.measure_id::text) <> 1
            """),
        new("INV-16", "a case does not weigh what its reports do", """
            select k.case_id::text from review_case k cross join lateral weigh_case(k.case_id) w
            where abs(k.score - w.score) > 1e-9 or (k.reports, k.reporters, k.networks) is distinct from (w.reports, w.reporters, w.networks)
            """),
        new("INV-16", "a report is decided otherwise than its case, or about somebody else", """
            select r.report_id::text from report r join review_case k using (case_id)
            where r.decided is distinct from k.outcome or r.reported <> k.subject
            """),
        new("INV-16", "somebody who has erased the account is named in a report", """
            select r.report_id::text from report r
            cross join lateral (values (r.reporter, r.reporter_card), (r.reported, r.reported_card)) p(person, was)
            where not exists (select 1 from app_user u where u.user_id = p.person) and p.was <> card(p.person)
            """),
        new("INV-17", "somebody who is disabled has a session at the console", """
            select s.session_id::text from admin_session s join admin_account a using (admin_id) where a.disabled_at is not null
            """),
        new("INV-23", "a user has more connections than allowed", """
            select user_id::text from connection where closed_at is null and is_live(instance_id, generation)
            group by user_id having count(*) > @MaxConnections
            """),
    ];

    /// <summary>Every violation, at most five named of each kind.</summary>
    public static async Task<IReadOnlyList<string>> Violations(
        Database database, int historyFrom = 5, TimeSpan? shortCooldown = null, int maxConnections = 2)
    {
        var violations = new List<string>();
        foreach (var invariant in All)
        {
            var found = await database.QueryWholeTables<string>(
                $"{invariant.Sql} limit {NamedAtMost}",
                new { HistoryFrom = historyFrom, ShortCooldown = shortCooldown ?? TimeSpan.FromMinutes(5), MaxConnections = maxConnections });
            violations.AddRange(found.Select(what => $"{invariant.Id} {invariant.Name}: {what}"));
        }

        return violations;
    }
}

/// <param name="Id">Its number among the invariants.</param>
/// <param name="Name">What is wrong when the query answers rows.</param>
/// <param name="Sql">One text column: where.</param>
internal sealed record SqlInvariant(string Id, string Name, string Sql);
