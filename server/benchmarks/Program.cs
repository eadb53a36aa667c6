using Matchmaker.Benchmarks;

// One file a claim; results/ holds what was measured, with machine, commit and command.
switch (args)
{
    case ["matchpool"]:
        MatchPoolBenchmark.Run(Console.Out);
        return 0;
    case ["group-commit"] when Environment.GetEnvironmentVariable("DATABASE_URL") is { Length: > 0 } url:
        await GroupCommitBenchmark.Run(url, Console.Out);
        return 0;
    case ["review-queue"] when Environment.GetEnvironmentVariable("DATABASE_URL") is { Length: > 0 } url:
        await ReviewQueueBenchmark.Run(url, Console.Out);
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: infra/dev bench [matchpool | group-commit | review-queue]; the latter two need DATABASE_URL, an empty database");
        return 2;
}
