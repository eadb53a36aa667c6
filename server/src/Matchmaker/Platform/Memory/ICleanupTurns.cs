namespace Matchmaker.Platform.Memory;

/// <summary>Who of several instances runs what they all would: one in each period.</summary>
internal interface ICleanupTurns
{
    /// <summary>True when nobody began <paramref name="name"/> within <paramref name="period"/>; then the caller has.</summary>
    Task<bool> Take(string name, TimeSpan period);
}

/// <summary>There is one instance, and it is this one.</summary>
internal sealed class InMemoryCleanupTurns : ICleanupTurns
{
    public Task<bool> Take(string name, TimeSpan period) => Task.FromResult(true);
}
