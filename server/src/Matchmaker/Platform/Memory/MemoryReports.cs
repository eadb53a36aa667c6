namespace Matchmaker.Platform.Memory;

// For operators alone: described in operations.md, and no part of what browsers rely on.

/// <summary>Body of <c>POST /api/monitoring/memory</c>.</summary>
/// <param name="Action"><c>cleanup</c>, <c>dryRun</c> or <c>updateThresholds</c>.</param>
/// <param name="Thresholds">In MB; for <c>updateThresholds</c>.</param>
internal sealed record MemoryCommand(string? Action = null, MemoryThresholdsRequest? Thresholds = null);

internal sealed record MemoryThresholdsRequest(int? Warning = null, int? Critical = null);

/// <summary>Answer of <c>GET /api/monitoring/memory</c>. Sizes are in MB, to two places.</summary>
internal sealed record MemoryReport(
    string Status, MemoryLevel Level, MemoryUsage Usage, MemoryThresholdsReport Thresholds, IReadOnlyList<MemoryStoreReport> Stores,
    IReadOnlyList<BoundReport> Bounds, IReadOnlyList<CleanupReport> Cleanups);

/// <param name="Percent">Of the limit, by whichever of RSS and committed heap is nearer to its own limit.</param>
internal sealed record MemoryUsage(double RssMb, double HeapMb, double CommittedMb, double LimitMb, double Percent);

internal sealed record MemoryThresholdsReport(int WarningMb, int CriticalMb, int ShedMb);

internal sealed record MemoryStoreReport(string Name, int Entries, int MaxEntries, long Bytes, long MaxBytes, long Hits, long Misses, long Evictions);

/// <param name="Dropped">Let go or refused at the bound since the start; absent where nothing is.</param>
internal sealed record BoundReport(string Name, long Count, long Max, long? Dropped);

internal sealed record CleanupReport(
    DateTimeOffset At, CleanupDepth Depth, MemoryLevel Level, double FreedMb, long Milliseconds, IReadOnlyList<CleanupAction> Actions);

/// <summary>What a clean-up would do now, and did not.</summary>
internal sealed record CleanupPlan(CleanupDepth Depth, MemoryLevel Level, IReadOnlyList<PlannedAction> Actions);

internal sealed record CacheCleared(IReadOnlyDictionary<string, int> Cleared);
