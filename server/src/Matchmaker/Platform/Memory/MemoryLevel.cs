namespace Matchmaker.Platform.Memory;

/// <summary>How near the limit this process is, and what that asks for. In order: each includes the ones before it.</summary>
internal enum MemoryLevel
{
    /// <summary>Nothing to do.</summary>
    Calm,

    /// <summary>Ten points under the warning: looked at, nothing done yet.</summary>
    Elevated,

    /// <summary>From the warning: old history goes to the archive, caches shrink.</summary>
    High,

    /// <summary>From the critical threshold: caches are emptied and the heap is compacted once.</summary>
    Critical,

    /// <summary>Halfway from critical to the limit: new work is refused, whoever is here is served.</summary>
    Shed,
}
