using System.Text.Json;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Safety;

/// <summary>The audit in the table <c>audit_entry</c>, appended to by the function <c>audit</c> alone.</summary>
internal sealed class PostgresAuditStore(Database database) : IAuditStore
{
    /// <summary>Findings of one kind that are named.</summary>
    public const int NamedAtMost = 5;

    /// <summary>Entries whose content does not give their hash, and those that do not follow the one before.</summary>
    internal const string BrokenSql = """
        select case
            when number <> before + 1 then 'entries ' || before + 1 || ' to ' || number - 1 || ' are missing'
            when hash <> audit_hash(previous, number, at, actor, action, subject, detail) then 'entry ' || number || ' was edited'
            else 'entry ' || number - 1 || ' was edited, and its hash with it' end
        from (
            select e.*, lag(number, 1, 0::bigint) over own as before, lag(hash, 1, ''::bytea) over own as hash_before from audit_entry e
            window own as (order by number)) e
        where number <> before + 1 or previous <> hash_before
            or hash <> audit_hash(previous, number, at, actor, action, subject, detail)
        """;

    /// <summary>The head is ahead of the last entry, or is another one.</summary>
    internal const string CutSql = """
        select case when l.number < h.number then 'the end after entry ' || l.number || ' was cut off, up to ' || h.number
            else 'the last entry, ' || l.number || ', is not the one that was written last' end
        from audit_head h cross join (
            select coalesce(max(number), 0) as number, coalesce((select hash from audit_entry order by number desc limit 1), '') as hash
            from audit_entry) l
        where (l.number, l.hash) is distinct from (h.number, h.hash)
        union all
        select 'the head is gone' where not exists (select 1 from audit_head)
        """;

    private const string PageSql = """
        select number, at, actor, action, subject, detail::text as detail from audit_entry
        where number < coalesce(@Before, 9223372036854775807)
            and (@Actor::uuid is null or actor = @Actor)
            and (@Action::text is null or action = @Action or starts_with(action, @Action || '.'))
            and (@Subject::text is null or subject = @Subject)
        order by number desc limit @Limit
        """;

    private const string ExportSql = """
        select number, jsonb_build_object(
            'number', number, 'at', at, 'actor', actor, 'action', action, 'subject', subject, 'detail', detail,
            'previous', encode(previous, 'hex'), 'hash', encode(hash, 'hex'))::text as line
        from audit_entry where number > @After order by number limit @Limit
        """;

    public Task<long> Append(AuditNote note) => database.One<long>(
        "select audit(@Actor, @Action, @Subject, @Detail::jsonb)",
        new { note.Actor, note.Action, note.Subject, Detail = JsonSerializer.Serialize(note.Detail, WireJson.Options) });

    public async Task<IReadOnlyList<AuditEntry>> Page(AuditFilter filter, int limit, long? before) =>
        await database.Query<AuditEntry>(PageSql, new { filter.Actor, filter.Action, filter.Subject, Limit = limit, Before = before });

    public async Task<IReadOnlyList<AuditLine>> Export(long after, int limit) =>
        await database.Query<AuditLine>(ExportSql, new { After = after, Limit = limit });

    public async Task<AuditCheck> Verify()
    {
        var broken = await database.QueryWholeTables<string>($"{BrokenSql} limit {NamedAtMost}");
        var cut = await database.QueryWholeTables<string>(CutSql);
        var count = await database.QueryWholeTables<long>("select count(*) from audit_entry");
        return new AuditCheck(count[0], [.. broken, .. cut]);
    }
}
