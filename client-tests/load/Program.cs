using Matchmaker.Load;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Scenarios;

// 0: every invariant held; 1: some did not, or time ran out; 2: not understood.
var scenarios = new Dictionary<string, IScenario>
{
    ["storm"] = new StormScenario(),
    ["queue"] = new QueueScenario(),
    ["invite"] = new InviteScenario(),
    ["call"] = new CallScenario(),
    ["mix"] = new MixScenario(),
    ["outage"] = new OutageScenario(),
    ["pressure"] = new PressureScenario(),
    ["backlog"] = new BacklogScenario(),
    ["soak"] = new SoakScenario(),
    ["cluster"] = new ClusterScenario(),
    ["across"] = new AcrossScenario(),
    ["lobby"] = new LobbyScenario(),
    ["limits"] = new LimitsScenario(),
    ["tabs"] = new TabsScenario(),
};

if (args.Length == 0 || !scenarios.TryGetValue(args[0], out var scenario))
{
    var names = string.Join('|', scenarios.Keys);
    await Console.Error.WriteLineAsync($"usage: load {names} [options]\n{LoadOptions.Usage}");
    return 2;
}

LoadOptions options;
try
{
    options = LoadOptions.Parse(args.AsSpan(1));
}
catch (ArgumentException wrong)
{
    await Console.Error.WriteLineAsync($"{wrong.Message}\n{LoadOptions.Usage}");
    return 2;
}

// The pacer keeps one pool thread to itself, and with two cores the pool starts with two.
ThreadPool.SetMinThreads(Environment.ProcessorCount + 2, 2);
var report = new Report(args[0], options);
await ScenarioRun.Run(scenario, options, report);
await report.Print(Console.Out);
return report.Failed ? 1 : 0;
