using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>Everybody connects as fast as the server lets them, and then stays: the storm itself is the connect that
/// every scenario begins with; this one looks at what the connections cost, and that none is dropped.</summary>
internal sealed class StormScenario : IScenario
{
    private static readonly TimeSpan MemorySettles = TimeSpan.FromSeconds(2);

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        await Task.Delay(MemorySettles, cancel);
        report.ServerMemory("serverRssConnectedMb");
        report.ServerGrowth("serverKbPerConnection", population.BeforeConnect, options.Users);

        var idle = report.Measure();
        await Task.Delay(TimeSpan.FromSeconds(options.HoldSeconds), cancel);
        report.Cpu("IdleSecond", idle, options.HoldSeconds);
    }
}
