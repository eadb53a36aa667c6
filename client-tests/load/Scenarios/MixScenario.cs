using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>Everybody at their own pace for --hold seconds: browsing, searching, inviting, talking, writing, hanging up;
/// the server's memory over that time, and in the end what it must have stored.</summary>
internal sealed class MixScenario : IScenario
{
    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var all = new Wanderers(report, population.Members, options.HoldSeconds, options.Seed);
        await using var watch = new MemoryWatch(options, population, all, TimeSpan.FromSeconds(2));
        var phase = report.Measure();
        await all.Wander(TimeSpan.FromSeconds(options.HoldSeconds), cancel);
        report.Cpu("UserSecond", phase, (long)options.Users * Math.Max(1, (long)phase.Seconds));
        all.Tell();
        await watch.Tell(report);
        await new LedgerAudit(all.Ledger, population, report, await watch.Server.IsEmbedded(cancel)).Run();
    }
}
