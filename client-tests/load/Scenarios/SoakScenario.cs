using System.Text.Json.Nodes;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Scenarios;

/// <summary>The same crowd for --hold seconds. After the first five minutes (a sixth of a shorter run) and at the end all
/// pause, the server collects its whole heap, and what is left of it must be the same.</summary>
internal sealed class SoakScenario : IScenario
{
    private const double MayGrow = 1.02;
    private const int Looks = 3;
    private static readonly TimeSpan MostWarmUp = TimeSpan.FromMinutes(5);

    /// <summary>What is on its way arrives, and what is written is written.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(5);

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var all = new Wanderers(report, population.Members, options.HoldSeconds, options.Seed);
        await using var watch = new MemoryWatch(options, population, all, TimeSpan.FromSeconds(2));
        var time = TimeSpan.FromSeconds(options.HoldSeconds);
        var warmUp = TimeSpan.FromTicks(Math.Min(MostWarmUp.Ticks, time.Ticks / 6));
        var phase = report.Measure();
        await all.Wander(warmUp, cancel);
        var before = await Heap(watch.Server, cancel);
        await all.Wander(time - warmUp, cancel);
        var after = await Heap(watch.Server, cancel);
        report.Cpu("UserSecond", phase, (long)options.Users * Math.Max(1, (long)phase.Seconds));
        report.Figure("heapAfterWarmUpMb", Megabytes(before), "MB");
        report.Figure("heapAtEndMb", Megabytes(after), "MB");
        report.Figure("heapRatio", Megabytes(after) / Megabytes(before), "");
        report.Text("stores", Stores(before, after));
        if (Megabytes(after) > Megabytes(before) * MayGrow)
        {
            report.Fail($"the heap grew from {Megabytes(before)} to {Megabytes(after)} MB");
        }

        all.Tell();
        await watch.Tell(report);
        await new LedgerAudit(all.Ledger, population, report, await watch.Server.IsEmbedded(cancel)).Run();
    }

    /// <summary>What the server says after a full collection; the least of a few, because it goes on working meanwhile.</summary>
    private static async Task<JsonNode> Heap(OperatorApi server, CancellationToken cancel)
    {
        await Task.Delay(Quiet, cancel);
        var looks = new List<JsonNode>();
        for (var look = 0; look < Looks; look++)
        {
            await server.Collect(cancel);
            looks.Add(await server.Memory(cancel) ?? throw new StepFailedException("the server does not tell its memory"));
        }

        return looks.MinBy(Megabytes)!;
    }

    private static double Megabytes(JsonNode report) => (double)report["usage"]!["heapMb"]!;

    private static string Stores(JsonNode before, JsonNode after) => string.Join(", ", before["stores"]!.AsArray().Zip(
        after["stores"]!.AsArray(), (one, other) => $"{one!["name"]} {one["bytes"]} to {other!["bytes"]} B"));
}
