using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Matchmaker.Features.Chat;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Benchmarks;

/// <summary>
/// The claim: writing what waits in one statement gives more rows a second, and acknowledges each sooner, than a statement
/// for each row. Callers in a closed loop add lines of chat through the real store to the real table; the same statement,
/// once with the group that has collected and once with one row, over the same pool.
/// </summary>
internal static class GroupCommitBenchmark
{
    /// <summary>Many and short, the two ways in turn: on a busy machine what else runs would otherwise be most of the result.</summary>
    private const int Rounds = 16;
    private const int LineLength = 60;
    private static readonly TimeSpan _warmUp = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan _measured = TimeSpan.FromMilliseconds(500);
    private static readonly int[] _callers = [1, 4, 16, 64, 256];

    public static async Task Run(string url, TextWriter output)
    {
        await new Migrator(url).Run();
        await using var database = new Database(new PostgresOptions { Url = url });
        var store = new PostgresChatStore(database, new(database));
        await output.WriteLineAsync(
            $"Machine: {Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, "
            + $"PostgreSQL {await Setting(database, "server_version")}, fsync {await Setting(database, "fsync")}, "
            + $"synchronous_commit {await Setting(database, "synchronous_commit")}, load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}");
        await output.WriteLineAsync($"{Rounds} rounds of {_measured.TotalSeconds} s each, the two ways in turn; lines of {LineLength} characters.");
        await output.WriteLineAsync();
        await output.WriteLineAsync(
            "| callers | in groups: rows/s | p50 | p99 | one by one: rows/s | p50 | p99 | rows/s, groups to one by one | p99, one by one to groups |");
        await output.WriteLineAsync("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var callers in _callers)
        {
            var (grouped, single) = (new List<double>(), new List<double>());
            for (var round = 0; round < Rounds; round++)
            {
                grouped.AddRange(await Measure(callers, store.Add));
                single.AddRange(await Measure(callers, async line => (await store.AddGroup([line]))[0]));
            }

            var (g, s) = (Result.Of(grouped), Result.Of(single));
            await output.WriteLineAsync(Text(
                $"| {callers} | {g.PerSecond:N0} | {g.P50:F2} ms | {g.P99:F2} ms | {s.PerSecond:N0} | {s.P50:F2} ms | {s.P99:F2} ms | {g.PerSecond / s.PerSecond:F2}x | {s.P99 / g.P99:F2}x |"));
        }
    }

    private static async Task<IEnumerable<double>> Measure(int callers, Func<NewLine, Task<StoredLine>> add)
    {
        var clock = Stopwatch.StartNew();
        var latencies = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(() => Call(add, clock))));
        return latencies.SelectMany(l => l);
    }

    /// <summary>One caller: the next line when the last one is acknowledged. Answers the milliseconds of those that began after warming up.</summary>
    private static async Task<List<double>> Call(Func<NewLine, Task<StoredLine>> add, Stopwatch clock)
    {
        var (latencies, me, call) = (new List<double>(), Guid.NewGuid(), Guid.NewGuid());
        for (var i = 0; clock.Elapsed < _warmUp + _measured; i++)
        {
            var began = clock.Elapsed;
            var line = await add(new NewLine(call, me, $"{i}", new string('x', LineLength)));
            if (!line.IsNew)
            {
                throw new InvalidOperationException("A line was not written.");
            }

            if (began >= _warmUp)
            {
                latencies.Add((clock.Elapsed - began).TotalMilliseconds);
            }
        }

        return latencies;
    }

    private static Task<string?> Setting(Database database, string name) => database.One<string>("select current_setting(@Name)", new { Name = name });

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Result(double PerSecond, double P50, double P99)
    {
        public static Result Of(List<double> latencies)
        {
            latencies.Sort();
            return new Result(latencies.Count / (Rounds * _measured.TotalSeconds), At(latencies, 0.50), At(latencies, 0.99));
        }

        private static double At(List<double> sorted, double part) => sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];
    }
}
