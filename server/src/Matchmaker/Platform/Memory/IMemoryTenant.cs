namespace Matchmaker.Platform.Memory;

/// <summary>Something that holds memory which can be had again elsewhere: a cache. Figures are of this instance.</summary>
internal interface IMemoryTenant
{
    /// <summary>Unique, in snake case.</summary>
    string Name { get; }

    /// <summary>In what order tenants are asked: who costs least to load again gives first.</summary>
    int Worth { get; }

    MemoryTenantFigures Figures { get; }

    /// <summary>How much <see cref="Shrink"/> would let go of now, by count and by estimated bytes.</summary>
    (int Entries, long Bytes) Excess(double keep);

    /// <summary>Lets go of all but <paramref name="keep"/> (0 to 1) of what it may hold; answers how many entries went.</summary>
    int Shrink(double keep);
}

/// <param name="Entries">Entries now.</param>
/// <param name="MaxEntries">The most there may be.</param>
/// <param name="Bytes">An estimate of what they hold.</param>
/// <param name="MaxBytes">The most they may hold by that estimate.</param>
internal sealed record MemoryTenantFigures(
    int Entries, int MaxEntries, long Bytes, long MaxBytes, long Hits, long Misses, long Evictions);
