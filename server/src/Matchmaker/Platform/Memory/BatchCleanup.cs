namespace Matchmaker.Platform.Memory;

/// <summary>Deletes dead rows of a store, batch by batch. They have no effect any more: this only frees room.</summary>
/// <param name="count">How many there are, at most as many as given.</param>
/// <param name="delete">Deletes at most as many as given; answers how many.</param>
internal sealed class BatchCleanup(string name, Func<int, Task<int>> count, Func<int, Task<int>> delete) : ICleanup
{
    /// <summary>Rows in one statement, which has two seconds.</summary>
    public const int PerBatch = 5000;

    /// <summary>What one run deletes at most, in batches: the next run goes on.</summary>
    public const int BatchesPerRun = 10;

    public string Name => name;

    public bool IsShared => true;

    public Task<int> Count(CleanupDepth depth, CancellationToken stopping) => count(PerBatch * BatchesPerRun);

    public async Task<int> Run(CleanupDepth depth, CancellationToken stopping)
    {
        var deleted = 0;
        for (var batch = 0; batch < BatchesPerRun && !stopping.IsCancellationRequested; batch++)
        {
            var now = await delete(PerBatch);
            deleted += now;
            if (now < PerBatch)
            {
                break;
            }
        }

        return deleted;
    }
}

internal static class CleanupExtensions
{
    /// <summary>A clean-up of the dead rows of the store <typeparamref name="T"/>.</summary>
    public static void AddCleanup<T>(
        this IServiceCollection services, string name, Func<T, int, Task<int>> count, Func<T, int, Task<int>> delete)
        where T : notnull => services.AddSingleton<ICleanup>(provider =>
        {
            var store = provider.GetRequiredService<T>();
            return new BatchCleanup(name, limit => count(store, limit), limit => delete(store, limit));
        });
}
