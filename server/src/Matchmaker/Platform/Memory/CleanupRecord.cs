namespace Matchmaker.Platform.Memory;

/// <summary>A clean-up that ran.</summary>
/// <param name="At">When it began.</param>
/// <param name="Depth">Why it ran.</param>
/// <param name="Level">The level that it found.</param>
/// <param name="FreedBytes">RSS before, less RSS after; negative when the rest of the process grew meanwhile.</param>
internal sealed record CleanupRecord(
    DateTimeOffset At, CleanupDepth Depth, MemoryLevel Level, long FreedBytes, long Milliseconds, IReadOnlyList<CleanupAction> Actions);

/// <param name="Error">The type of what went wrong; null when nothing did.</param>
internal sealed record CleanupAction(string Name, int Count, long Milliseconds, string? Error = null);

/// <summary>What a part of a clean-up would do.</summary>
/// <param name="Name">As in the record of one that ran.</param>
/// <param name="Bytes">What a cache would let go of, by estimate.</param>
/// <param name="Error">The type of what kept it from being counted.</param>
internal sealed record PlannedAction(string Name, int Count, long? Bytes = null, string? Error = null);
