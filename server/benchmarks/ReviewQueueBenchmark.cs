using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker.Benchmarks;

/// <summary>
/// The claim: with 100,000 reports in the table a page of the queue is answered in less than 300 ms (p95), also while ten
/// thousand reports a minute are filed, of which most are refused, and the table grows by those alone that were accepted.
/// Beside it the floor, a statement that reads nothing, and the peer: the same page made of the reports when it is asked for.
/// </summary>
internal static class ReviewQueueBenchmark
{
    private const int Reports = 100_000;
    private const int OpenCases = 40_000;
    private const int ClosedCases = 10_000;
    private const int Calls = 5_000;
    private const int Asks = 200;
    private const int Readers = 4;
    private const int ReportsPerMinute = 10_000;

    private static readonly string FillSql = $"""
        insert into app_user (user_id, name, gender)
            select ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Person ' || n, n % 4 from generate_series(1, {OpenCases + ClosedCases + 20_000}) n;
        insert into review_case (case_id, subject, subject_name, opened_at, updated_at, is_urgent, is_locked, acted_at, closed_at, closed_by, outcome)
            select gen_random_uuid(), ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Person ' || n,
                now() - n * interval '20 s', now() - n * interval '20 s', n % 100 = 0, n % 100 = 0,
                case when n > {OpenCases} then now() - n * interval '10 s' end, case when n > {OpenCases} then now() - n * interval '10 s' end,
                case when n > {OpenCases} then gen_random_uuid() end, case when n > {OpenCases} then (array['upheld', 'dismissed'])[1 + n % 2] end
            from generate_series(1, {OpenCases + ClosedCases}) n;
        with k as materialized (
            select case_id, subject, opened_at, is_urgent, outcome, card(subject) as card, row_number() over (order by opened_at desc) as n from review_case),
        x as materialized (
            select i, 1 + case when i <= {OpenCases + ClosedCases} then i - 1 else (power(random(), 3) * {OpenCases})::int end as n from generate_series(1, {Reports}) i)
        insert into report (report_id, call_id, reporter, reported, case_id, reason, note, created_at, origin_key, weight, earlier, decided,
                reporter_card, reported_card, call_started_at, call_seconds, call_origin, call_reason, chat)
            select gen_random_uuid(), gen_random_uuid(),
                ('00000000-0000-7000-8000-' || lpad(to_hex({OpenCases + ClosedCases} + 1 + x.i % 20000), 12, '0'))::uuid, k.subject, k.case_id,
                case when k.is_urgent then 'minor_safety' when x.i % 1000 = 7 then 'threats' else (array['spam', 'nudity', 'harassment', 'other'])[1 + x.i % 4] end,
                'What happened in call ' || x.i, k.opened_at + (x.i % 7) * interval '1 min', decode(md5((x.i % 9000)::text), 'hex'), 1, 0, k.outcome,
                k.card, k.card, k.opened_at - interval '5 min', 300, 'queue', 'hangup',
                (select jsonb_agg(jsonb_build_object('from', k.subject, 'text', 'a line of chat, as long as most of them are ' || l, 'at', k.opened_at))
                 from generate_series(1, 10) l)
            from x join k on k.n = x.n;
        update review_case k set (score, reports, reporters, networks) = (select w.score, w.reports, w.reporters, w.networks from weigh_case(k.case_id) w),
            keeps_chat = true,
            reasons = (select jsonb_object_agg(x.reason, x.n) from (select r.reason, count(*) as n from report r where r.case_id = k.case_id group by r.reason) x);
        insert into call (call_id, initiator, other, call_seconds, origin, started_at, ends_at, ended_at, reason)
            select ('00000000-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                ('00000000-0000-7000-8000-' || lpad(to_hex({OpenCases + ClosedCases} + n), 12, '0'))::uuid,
                ('00000000-0000-7000-8000-' || lpad(to_hex(1 + n % {OpenCases}), 12, '0'))::uuid, 300, 'queue', now(), now(), now(), 'hangup'
            from generate_series(1, {Calls}) n;
        """;

    /// <summary>Without a row for each case: what its reports weigh is added up when the page is asked for.</summary>
    private const string PeerSql = """
        select r.reported, sum(r.weight) as score, bool_or(r.reason = 'minor_safety') as is_urgent, min(r.created_at) as opened_at
        from report r where r.decided is null group by r.reported
        order by bool_or(r.reason = 'minor_safety') desc, sum(r.weight) desc, min(r.created_at) limit 50
        """;

    public static async Task Run(string url, TextWriter output)
    {
        await new Migrator(url).Run();
        await using var database = new Database(new PostgresOptions { Url = url });
        await using (var filling = new Database(new PostgresOptions
        {
            Url = url,
            StatementTimeout = TimeSpan.FromSeconds(55),
            CommandTimeout = TimeSpan.FromSeconds(60),
        }))
        {
            foreach (var statement in FillSql.Split(";\n", StringSplitOptions.RemoveEmptyEntries))
            {
                await filling.Execute(statement);
            }

            await filling.Execute("vacuum analyze");
        }

        var (store, reports) = (new PostgresCaseStore(database), new PostgresReportStore(database, Options.Create(new ReportOptions())));
        await output.WriteLineAsync(
            $"Machine: {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, "
            + $"PostgreSQL {await database.One<string>("select current_setting('server_version')")}, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        await output.WriteLineAsync(Text(
            $"{await Count(database, "report"):N0} reports in {await Count(database, "review_case"):N0} cases, {OpenCases:N0} of them open. {Asks} asks of each, {Readers} at a time; pages of 50."));

        await output.WriteLineAsync();
        await Table(database, store, output, "at rest");
        await output.WriteLineAsync();
        await WhileReportsAreFiled(database, store, reports, output);
    }

    private static async Task Table(Database database, PostgresCaseStore store, TextWriter output, string title)
    {
        var admin = Guid.NewGuid();
        var first = await store.Page(new CaseQuery(CaseState.Open, admin, null, null, 50, null));
        var deep = first;
        for (var page = 1; page < 100; page++)
        {
            deep = await store.Page(new CaseQuery(CaseState.Open, admin, null, null, 50, CaseCursor.After(deep.Cases[^1])));
        }

        Task Page(Reason? reason = null, string? search = null, CaseState state = CaseState.Open, CaseCursor? after = null) =>
            store.Page(new CaseQuery(state, admin, reason, search, 50, after));
        await output.WriteLineAsync($"| {title} | p50 | p95 | most |");
        await output.WriteLineAsync("| --- | --- | --- | --- |");
        foreach (var (name, ask) in new (string, Func<Task>)[]
        {
            ("floor: a statement that reads nothing", () => database.One<int>("select 1")),
            ("first page of the queue", () => Page()),
            ("its hundredth page", () => Page(after: CaseCursor.After(deep.Cases[^1]))),
            ("with a reason that every fourth report has", () => Page(Reason.Spam)),
            ("with a reason that one in a thousand has", () => Page(Reason.Threats)),
            ("whose name begins so (11,111 people)", () => Page(search: "person 1")),
            ("whose id this is", () => Page(search: WireId.Format(first.Cases[3].Subject.Id))),
            ("decided ones", () => Page(state: CaseState.Closed)),
            ("a case with its reports", () => store.Find(first.Cases[1].CaseId)),
            ("how many are open", store.Count),
            ("statistics of two weeks", store.Stats),
            ("peer: the first page, made of the reports", () => database.Query<object>(PeerSql)),
        })
        {
            await ask();
            var times = new List<double>();
            await Parallel.ForEachAsync(Enumerable.Range(0, Asks), new ParallelOptions { MaxDegreeOfParallelism = Readers }, async (_, _) =>
            {
                var began = Stopwatch.GetTimestamp();
                await ask();
                lock (times)
                {
                    times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                }
            });
            times.Sort();
            await output.WriteLineAsync(Text($"| {name} | {times[Asks / 2]:F1} ms | {times[Asks * 95 / 100]:F1} ms | {times[^1]:F1} ms |"));
        }
    }

    /// <summary>Most are about calls that the reporter was not in; those that are not, each once, are accepted.</summary>
    private static async Task WhileReportsAreFiled(Database database, PostgresCaseStore store, PostgresReportStore reports, TextWriter output)
    {
        var before = await Count(database, "report");
        var (filed, accepted, next) = (0, 0, 0);
        using var stop = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var filing = Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var number = Interlocked.Increment(ref next);
                var due = TimeSpan.FromMinutes((double)number / ReportsPerMinute) - clock.Elapsed;
                if (due > TimeSpan.Zero)
                {
                    await Task.Delay(due);
                }

                // Every tenth is about a call of the reporter's own.
                var own = number % 10 == 0 ? number / 10 : 0;
                var reporter = own is > 0 and <= Calls ? Id($"00000000-0000-7000-8000-{OpenCases + ClosedCases + own:x12}") : Guid.NewGuid();
                var answer = await reports.File(new NewReport(
                    Guid.NewGuid(), Id($"00000000-0000-4000-8000-{(own > 0 ? own : 1 + (number % Calls)):x12}"), reporter, Guid.NewGuid(), Reason.Spam, "a flood"));
                Interlocked.Increment(ref filed);
                Interlocked.Add(ref accepted, answer.IsNew ? 1 : 0);
            }
        })));
        await Table(database, store, output, $"while {ReportsPerMinute:N0} reports a minute are filed");
        var seconds = clock.Elapsed.TotalSeconds;
        await stop.CancelAsync();
        await filing;
        await output.WriteLineAsync();
        await output.WriteLineAsync(Text(
            $"{filed:N0} reports in {seconds:F0} s ({60 * filed / seconds:N0} a minute): {accepted:N0} accepted, the table grew by {await Count(database, "report") - before:N0}."));
    }

    private static Guid Id(string text) => Guid.Parse(text);

    private static Task<int> Count(Database database, string table) => database.One<int>($"select count(*)::int from {table}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
