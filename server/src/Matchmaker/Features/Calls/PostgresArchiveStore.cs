using Dapper;
using Matchmaker.Platform.Postgres;
using Npgsql;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Moves old calls with their histories and chat into compressed pieces, and reads them. A move is one transaction: a
/// crash at any step leaves the call whole where it was. It waits for nobody (rows that somebody holds are for the next
/// run), so it is in nobody's circle of waiting.
/// </summary>
internal sealed class PostgresArchiveStore(Database database)
{
    private const int ErasedAtOnce = 100;

    /// <summary>A batch ends before it holds more lines of chat than this (a few MB at most): memory may be why it runs.</summary>
    private const int LinesAtOnce = 5000;

    private const string OldSql = """
        select call_id from call where ended_at < clock_timestamp() - @Age order by ended_at limit @Limit for update skip locked
        """;

    private const string CountOldSql =
        "select count(*)::int from (select 1 from call where ended_at < clock_timestamp() - @Age limit @Limit) old";

    private const string LineCountSql = "select call_id, count(*)::int as count from chat_message where call_id = any (@Calls) group by call_id";

    private const string ViewsSql = """
        select call_id, user_id, partner::text as partner, started_at, seconds, reason, origin from history
        where call_id = any (@Calls) order by call_id, user_id for update skip locked
        """;

    private const string CountSql = "select call_id, count(*)::int as count from history where call_id = any (@Calls) group by call_id";

    private const string LinesSql = """
        select call_id, sender as "from", client_id, id, text, sent_at as at from chat_message
        where call_id = any (@Calls) order by number for update skip locked
        """;

    private const string WriteSql = """
        insert into archived_call (call_id, data) select * from unnest(@Calls, @Data);
        insert into archived_history (user_id, call_id, started_at) select * from unnest(@Users, @UserCalls, @StartedAt)
        """;

    private const string RemoveSql = """
        delete from history h using unnest(@Users, @UserCalls) x(u, c) where h.user_id = x.u and h.call_id = x.c;
        delete from chat_message where id = any (@Lines);
        delete from call where call_id = any (@Calls)
        """;

    private const string PageSql = """
        select a.data from archived_history h join archived_call a using (call_id)
        where h.user_id = @User and (@At::timestamptz is null or (h.started_at, h.call_id) < (@At, @Call))
        order by h.started_at desc, h.call_id desc limit @Limit
        """;

    private const string FindSql = """
        select a.data from archived_history h join archived_call a using (call_id) where h.user_id = @User and h.call_id = @Call
        """;

    private const string OfUserSql = """
        select a.data from archived_history h join archived_call a using (call_id)
        where h.user_id = @User order by a.call_id limit @Limit for update of a
        """;

    private const string EraseSql = """
        delete from archived_history where user_id = @User and call_id = any (@Calls);
        update archived_call a set data = x.data from unnest(@Calls, @Data) x(call_id, data) where a.call_id = x.call_id;
        delete from archived_call a where call_id = any (@Calls)
            and not exists (select 1 from archived_history h where h.call_id = a.call_id)
        """;

    private const string ForgetSql = """
        with old as (
            select a.call_id from archived_call a where a.call_id in (
                select call_id from archived_history where started_at < clock_timestamp() - @Age order by started_at limit 2 * @Limit)
            order by a.call_id limit @Limit for update skip locked),
        listed as (delete from archived_history h using old where h.call_id = old.call_id)
        delete from archived_call a using old where a.call_id = old.call_id
        """;

    private const string CountForgettableSql = """
        select count(distinct call_id)::int from (
            select call_id from archived_history where started_at < clock_timestamp() - @Age limit 2 * @Limit) old
        """;

    /// <summary>Called between the steps of a move; for tests, which let it throw.</summary>
    internal Func<ArchiveStep, Task> Step { get; set; } = _ => Task.CompletedTask;

    /// <summary>Moves at most <paramref name="limit"/> calls that ended longer than <paramref name="age"/> ago; answers how many.</summary>
    public async Task<int> Move(TimeSpan age, int limit)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var old = (await connection.QueryAsync<Guid>(OldSql, new { Age = age, Limit = limit })).AsList();
        if (old.Count == 0)
        {
            return 0;
        }

        var pieces = await Read(connection, await Affordable(connection, old));
        await Step(ArchiveStep.Read);
        var kept = pieces.Where(piece => piece.Views.Count > 0).Select(piece => piece.OfItsMembers()).ToList();
        var views = kept.SelectMany(piece => piece.Views.Select(view => (view.UserId, piece.CallId, piece.StartedAt))).ToList();
        var owners = new { Users = views.ConvertAll(v => v.UserId).ToArray(), UserCalls = views.ConvertAll(v => v.CallId).ToArray() };
        await connection.ExecuteAsync(WriteSql, new
        {
            owners.Users,
            owners.UserCalls,
            StartedAt = views.ConvertAll(v => v.StartedAt.UtcDateTime).ToArray(),
            Calls = kept.ConvertAll(piece => piece.CallId).ToArray(),
            Data = kept.ConvertAll(piece => piece.Pack()).ToArray(),
        });
        await Step(ArchiveStep.Written);
        await connection.ExecuteAsync(RemoveSql, new
        {
            owners.Users,
            owners.UserCalls,
            Lines = pieces.SelectMany(piece => piece.Lines).Select(line => line.Id).ToArray(),
            Calls = pieces.ConvertAll(piece => piece.CallId).ToArray(),
        });
        await Step(ArchiveStep.Removed);
        await transaction.CommitAsync();
        await Step(ArchiveStep.Committed);
        return pieces.Count;
    }

    /// <summary>How many calls there are that <see cref="Move"/> would move, at most <paramref name="limit"/>.</summary>
    public Task<int> CountOld(TimeSpan age, int limit) => database.One<int>(CountOldSql, new { Age = age, Limit = limit });

    public async Task<IReadOnlyList<HistoryEntry>> Page(Guid userId, int limit, (DateTimeOffset StartedAt, Guid CallId)? before) =>
        [.. (await database.Query<byte[]>(
                PageSql, new { User = userId, At = before?.StartedAt.UtcDateTime, Call = before?.CallId, Limit = limit }))
            .Select(data => ArchivedCall.Unpack(data).EntryOf(userId)).OfType<HistoryEntry>()];

    public async Task<HistoryEntry?> Find(Guid userId, Guid callId) =>
        await database.One<byte[]>(FindSql, new { User = userId, Call = callId }) is { } data ? ArchivedCall.Unpack(data).EntryOf(userId) : null;

    /// <summary>What was written in an archived call, oldest first; empty when it is not in the archive.</summary>
    public async Task<IReadOnlyList<ArchivedLine>> Lines(Guid callId) =>
        await database.One<byte[]>("select data from archived_call where call_id = @Call", new { Call = callId }) is { } data
            ? ArchivedCall.Unpack(data).Lines
            : [];

    /// <summary>Deletes archived calls that began longer than <paramref name="age"/> ago, for all; answers how many.</summary>
    public Task<int> Forget(TimeSpan age, int limit) => database.Execute(ForgetSql, new { Age = age, Limit = limit });

    /// <summary>How many calls <see cref="Forget"/> would delete, at most <paramref name="limit"/>.</summary>
    public async Task<int> CountForgettable(TimeSpan age, int limit) =>
        Math.Min(limit, await database.One<int>(CountForgettableSql, new { Age = age, Limit = limit }));

    /// <summary>Takes out what a user had in it, a hundred pieces at a time; may be repeated when it failed half-way.</summary>
    public async Task Erase(Guid userId)
    {
        while (await EraseSome(userId) == ErasedAtOnce)
        {
        }
    }

    private async Task<int> EraseSome(Guid userId)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var pieces = (await connection.QueryAsync<byte[]>(OfUserSql, new { User = userId, Limit = ErasedAtOnce })).Select(ArchivedCall.Unpack).ToList();
        await connection.ExecuteAsync(EraseSql, new
        {
            User = userId,
            Calls = pieces.ConvertAll(piece => piece.CallId).ToArray(),
            Data = pieces.ConvertAll(piece => piece.Without(userId).Pack()).ToArray(),
        });
        await transaction.CommitAsync();
        return pieces.Count;
    }

    /// <summary>As many of the first as have few enough lines, but one at least.</summary>
    private static async Task<List<Guid>> Affordable(NpgsqlConnection connection, List<Guid> old)
    {
        var lines = (await connection.QueryAsync<(Guid CallId, int Count)>(LineCountSql, new { Calls = old.ToArray() }))
            .ToDictionary(row => row.CallId, row => row.Count);
        var sum = 0;
        return [.. old.TakeWhile((callId, i) => (sum += lines.GetValueOrDefault(callId)) <= LinesAtOnce || i == 0)];
    }

    /// <summary>The calls of which every row could be had.</summary>
    private static async Task<List<ArchivedCall>> Read(NpgsqlConnection connection, List<Guid> old)
    {
        var calls = new { Calls = old.ToArray() };
        var views = (await connection.QueryAsync<ViewRow>(ViewsSql, calls)).ToLookup(row => row.CallId);
        var counts = (await connection.QueryAsync<(Guid CallId, int Count)>(CountSql, calls)).ToDictionary(row => row.CallId, row => row.Count);
        var lines = (await connection.QueryAsync<LineRow>(LinesSql, calls)).ToLookup(row => row.CallId);
        return [.. from callId in old
                   let of = views[callId].ToList()
                   where of.Count == counts.GetValueOrDefault(callId)
                   let first = of.FirstOrDefault()
                   select new ArchivedCall(
                       callId, first?.StartedAt ?? default, first?.Seconds ?? 0, first?.Reason ?? "", first?.Origin ?? "",
                       of.ConvertAll(view => new ArchivedView(view.UserId, CallJson.ReadCard(view.Partner))),
                       [.. lines[callId].Select(line => new ArchivedLine(line.From, line.ClientId, line.Id, line.Text, line.At))])];
    }

    private sealed record ViewRow(Guid CallId, Guid UserId, string Partner, DateTimeOffset StartedAt, int Seconds, string Reason, string Origin);

    private sealed record LineRow(Guid CallId, Guid From, string ClientId, Guid Id, string Text, DateTimeOffset At);
}

/// <summary>Where a move is.</summary>
internal enum ArchiveStep
{
    Read,
    Written,
    Removed,
    Committed,
}
