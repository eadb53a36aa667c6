namespace Matchmaker.Platform.Memory;

/// <summary>Why a clean-up runs, which says how deep it goes.</summary>
internal enum CleanupDepth
{
    /// <summary>Nothing presses: what is past its time.</summary>
    Periodic,

    /// <summary>Memory is short: also what could stay a while.</summary>
    Pressure,

    /// <summary>Asked for by the operator: as under pressure, and caches are emptied.</summary>
    Aggressive,
}

/// <summary>
/// One thing that a clean-up does: bounded per run, idempotent, harmless beside its twin on another instance.
/// </summary>
internal interface ICleanup
{
    /// <summary>Unique, in snake case.</summary>
    string Name { get; }

    /// <summary>True for what lies in the database: periodically one instance does it for all.</summary>
    bool IsShared { get; }

    /// <summary>How many things a run would clean now; changes nothing.</summary>
    Task<int> Count(CleanupDepth depth, CancellationToken stopping);

    /// <summary>Does it; answers how many things it cleaned.</summary>
    Task<int> Run(CleanupDepth depth, CancellationToken stopping);
}
