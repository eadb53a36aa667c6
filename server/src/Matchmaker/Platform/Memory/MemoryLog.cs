namespace Matchmaker.Platform.Memory;

/// <summary>Log events 1400-1499.</summary>
internal static partial class MemoryLog
{
    [LoggerMessage(1400, LogLevel.Information, "Memory {Level}: {RssMb} MB of {LimitMb} MB (heap {HeapMb} MB, committed {CommittedMb} MB)")]
    public static partial void Report(ILogger logger, MemoryLevel level, long rssMb, long heapMb, long committedMb, long limitMb);

    [LoggerMessage(1401, LogLevel.Warning, "Memory went from {Before} to {Level}: {RssMb} MB of {LimitMb} MB, {CommittedMb} MB committed")]
    public static partial void LevelChanged(ILogger logger, MemoryLevel before, MemoryLevel level, long rssMb, long committedMb, long limitMb);

    [LoggerMessage(1402, LogLevel.Information, "Cleaned up ({Depth}, at {Level}): {FreedMb} MB in {Milliseconds} ms")]
    public static partial void Cleaned(ILogger logger, CleanupDepth depth, MemoryLevel level, long freedMb, long milliseconds);

    [LoggerMessage(1403, LogLevel.Warning, "The clean-up {Name} failed; the others went on")]
    public static partial void CleanupFailed(ILogger logger, string name, Exception exception);

    [LoggerMessage(1404, LogLevel.Information, "The operator set the memory thresholds to {WarningMb} MB and {CriticalMb} MB")]
    public static partial void ThresholdsChanged(ILogger logger, int warningMb, int criticalMb);
}
