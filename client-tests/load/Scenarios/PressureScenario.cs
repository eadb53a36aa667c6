using System.Collections.Concurrent;
using System.Diagnostics;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>A crowd wanders on a server that has hardly more memory than it needs, and more people come until it refuses
/// them; then they leave. Every level must be reached and left by itself, and who was in is served throughout.</summary>
internal sealed class PressureScenario : IScenario
{
    private const int High = 2;
    private const int Shed = 4;

    /// <summary>A refusal and the sample that shows why are this far apart at most: the server judges once a second.</summary>
    private const double SampleSlack = 2;

    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        var all = new Wanderers(report, population.Members, options.HoldSeconds, options.Seed);
        var refused = new ConcurrentQueue<long>();
        all.Excuses = method =>
        {
            refused.Enqueue(Stopwatch.GetTimestamp());
            return method == "JoinQueue";
        };
        await using var watch = new MemoryWatch(
            options, population, all, SampleEvery, seen: sample => all.InTrouble = sample.Level >= High);
        var wandering = all.Wander(TimeSpan.FromSeconds(options.HoldSeconds), cancel);
        await Task.Delay(Quiet, cancel);
        var arrivals = new Arrivals(population, report, options);
        if (!await arrivals.Come(cancel))
        {
            report.Fail($"{options.Arrivals} more people came and nobody was refused");
        }

        var left = watch.Samples.Seconds;
        await arrivals.Leave();
        await wandering;

        all.Tell();
        await watch.Tell(report);
        var samples = watch.Samples.All;
        Refusals(report, samples, [.. refused.Concat(arrivals.RefusedAt)], begin);
        Levels(report, samples, left);
        var peak = report.ServerPeak("serverPeakRssMb");
        if (peak > samples[^1].LimitMb)
        {
            report.Fail($"the server held {peak:0.#} MB, over its limit of {samples[^1].LimitMb} MB");
        }

        await new LedgerAudit(all.Ledger, population, report, await watch.Server.IsEmbedded(cancel)).Run();
        if (options.Ledger is { } path)
        {
            await new LedgerAudit(await LedgerFile.Read(path, options.Servers[0], report), population, report, embedded: false, "backlog").Run();
        }
    }

    private static void Refusals(Report report, Sample[] samples, long[] refused, long begin)
    {
        report.Figure("refusedForWantOfMemory", (long)refused.Length);
        foreach (var at in refused.Select(ticks => Stopwatch.GetElapsedTime(begin, ticks).TotalSeconds))
        {
            if (!samples.Any(sample => sample.Level == Shed && Math.Abs(sample.Seconds - at) < SampleSlack))
            {
                report.Fail($"somebody was refused {at:0.0} s in, when the server was not shedding");
            }
        }
    }

    private static void Levels(Report report, Sample[] samples, double left)
    {
        var path = samples.Where((sample, at) => at == 0 || samples[at - 1].Level != sample.Level).ToArray();
        report.Text("levels", string.Join(", ", path.Select(sample => $"{MemorySamples.Levels[sample.Level]} at {sample.Seconds:0} s")));
        for (var level = High; level <= Shed; level++)
        {
            if (!samples.Any(sample => sample.Level == level))
            {
                report.Fail($"{MemorySamples.Levels[level]} was never reached");
            }
        }

        var relieved = samples.FirstOrDefault(sample => sample.Seconds > left && sample.Level < High);
        if (relieved is null || samples[^1].Level >= High)
        {
            report.Fail($"at the end the level is {MemorySamples.Levels[samples[^1].Level]}, although the others have left");
        }
        else
        {
            report.Figure("relievedAfterSeconds", relieved.Seconds - left, "s");
        }
    }
}
