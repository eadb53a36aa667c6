using Matchmaker.Benchmarks;

// One file a claim; results/ holds what was measured, with machine, commit and command.
switch (args)
{
    case ["matchpool"]:
        MatchPoolBenchmark.Run(Console.Out);
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: dotnet run -c Release --project server/benchmarks -- matchpool");
        return 2;
}
