namespace Matchmaker.Tests.Support;

/// <summary>Waits for what other threads bring about; the limit is there to fail at last, not to measure.</summary>
internal static class Eventually
{
    public static Task Holds(Func<bool> condition, string? what = null) => Holds(() => Task.FromResult(condition()), what);

    public static async Task Holds(Func<Task<bool>> condition, string? what = null)
    {
        for (var attempt = 0; attempt < 1500 && !await condition(); attempt++)
        {
            await Task.Delay(20);
        }

        Assert.True(await condition(), what ?? "It did not come to hold.");
    }
}
