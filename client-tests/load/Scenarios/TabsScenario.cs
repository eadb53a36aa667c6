using System.Diagnostics;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>Every user opens --tabs tabs at the same moment, over all servers in turn; two may stay, and they are the newest.</summary>
internal sealed class TabsScenario : IScenario
{
    private const int Max = 2;
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(2);

    public bool Connects => false;

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        using var places = new Places(options.Servers, report);
        var users = population.Members.ToDictionary(
            user => user, _ => new Tab[options.Tabs]);
        foreach (var (user, tabs) in users)
        {
            for (var i = 0; i < tabs.Length; i++)
            {
                tabs[i] = new Tab(user, options.Servers[i % options.Servers.Length]);
            }
        }

        var (again, phase) = (new Tally(), report.Measure());
        await population.Each(Interleaved(users.Values, options.Tabs), async (tab, stop) =>
        {
            if (await Insisting.Until(() => tab.Open(population, stop), again, stop) is { } no)
            {
                report.Fail($"a tab was refused: {no.Message}");
            }
        });
        population.Settle("open a tab");
        report.Text("askedAgain", again.ToString());
        report.Figure("opensPerSecond", users.Count * options.Tabs / phase.Seconds, "1/s");
        report.Cpu("Open", phase, (long)users.Count * options.Tabs);
        await Settle(users.Values, report, cancel);
        report.Expect("connections that the servers count", users.Count * Max, (await places.Taken(cancel)).Open);
        foreach (var tabs in users.Values)
        {
            Judge(tabs, report);
        }

        foreach (var (user, tabs) in users)
        {
            await Newest(user, tabs, population, options, report, cancel);
        }

        await places.ExpectNone("zeroAfterSeconds", cancel);
    }

    private static IEnumerable<Tab> Interleaved(IEnumerable<Tab[]> all, int count) =>
        Enumerable.Range(0, count).SelectMany(i => all.Select(tabs => tabs[i]));

    /// <summary>Until nobody has more than two; within two seconds, as the rules say.</summary>
    private static async Task Settle(IReadOnlyCollection<Tab[]> all, Report report, CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        while (all.Any(tabs => tabs.Count(tab => tab.IsOpen) > Max) && Stopwatch.GetElapsedTime(begin) < Settles)
        {
            await Task.Delay(20, cancel);
        }

        report.Figure("settledAfterSeconds", Stopwatch.GetElapsedTime(begin).TotalSeconds, "s");
        report.Figure("replaced", (long)all.Sum(tabs => tabs.Count(tab => tab.HeardReplaced)));
        report.Figure("goneUnheard", (long)all.Sum(tabs => tabs.Count(tab => !tab.IsOpen && !tab.HeardReplaced)));
    }

    private static void Judge(Tab[] tabs, Report report)
    {
        var open = tabs.Where(tab => tab.IsOpen).ToArray();
        report.Expect("tabs of a user that are open", Max, open.Length);
        if (open.FirstOrDefault(tab => tabs.Any(other => !other.IsOpen && tab.IsOlderThan(other))) is not null)
        {
            report.Fail("a tab stayed although a newer one had to go");
        }
    }

    /// <summary>One after the other: each takes the place of the oldest, until only the last two are left, which then close.</summary>
    private static async Task Newest(Member user, Tab[] before, Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var last = options.Servers.Concat(options.Servers).Take(Max).Select(server => new Tab(user, server)).ToArray();
        foreach (var tab in last)
        {
            await tab.Open(population, cancel);
        }

        var begin = Stopwatch.GetTimestamp();
        while (before.Any(tab => tab.IsOpen) && Stopwatch.GetElapsedTime(begin) < Settles)
        {
            await Task.Delay(20, cancel);
        }

        report.Expect("tabs that stayed although two newer ones came", 0, before.Count(tab => tab.IsOpen));
        report.Expect("newest tabs that are open", Max, last.Count(tab => tab.IsOpen));
        foreach (var tab in before.Concat(last))
        {
            await tab.Close();
        }
    }
}
