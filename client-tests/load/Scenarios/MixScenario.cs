using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>Everybody at their own pace for --hold seconds: browsing, searching, inviting, talking, writing, hanging up;
/// and the server's memory over that time.</summary>
internal sealed class MixScenario : IScenario
{
    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var all = new Wanderers(report, options.Users, options.HoldSeconds);
        var time = TimeSpan.FromSeconds(options.HoldSeconds);
        using var samples = new MemorySamples(options.Servers[0], () => all.PeopleInCalls, () => population.Members.Count(m => m.Connected));
        using var sampling = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watching = samples.Watch(sampling.Token);
        var phase = report.Measure();
        await Task.WhenAll(population.Members.Select(member =>
            new Wanderer(member, population.Members, new Random((options.Seed * 1_000_003) + member.Number), all).Wander(time, cancel)));
        report.Cpu("UserSecond", phase, (long)options.Users * Math.Max(1, (long)phase.Seconds));
        await sampling.CancelAsync();
        await watching;

        report.Figure("callsBothSides", all.Calls.Total);
        report.Figure("signals", all.Signals.Total);
        report.Figure("chats", all.Chats.Total);
        report.Percentiles("join", all.Joins.Latencies);
        report.Percentiles("signal", all.Signals.Latencies);
        report.Percentiles("chat", all.Chats.Latencies);
        report.Text("refused", all.Refused.ToString());
        samples.Tell(report);
        if (options.Out is { } path)
        {
            await samples.Write(path);
        }
    }
}
