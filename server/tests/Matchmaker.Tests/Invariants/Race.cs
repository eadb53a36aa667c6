namespace Matchmaker.Tests.Invariants;

/// <summary>Things that happen at the same moment, many times over.</summary>
internal static class Race
{
    /// <summary>Lets all go at once; answers what each came to, in order.</summary>
    public static async Task<T[]> Of<T>(params Func<Task<T>>[] runners)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = runners.Select(run => Task.Run(async () =>
        {
            await start.Task;
            return await run();
        })).ToArray();
        start.SetResult();
        return await Task.WhenAll(running);
    }

    public static Task Of(params Func<Task>[] runners) => Of([.. runners.Select(run => (Func<Task<bool>>)(async () =>
    {
        await run();
        return true;
    }))]);

    /// <summary>Runs rounds beside each other, so that they get into each other's way.</summary>
    public static Task Rounds(int rounds, Func<int, Task> round) => Parallel.ForEachAsync(
        Enumerable.Range(0, rounds), new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (i, _) => await round(i));
}
