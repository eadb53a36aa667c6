using Matchmaker.Platform.Postgres;

namespace Matchmaker.Platform.Memory;

/// <summary>
/// Something of this process that grows with use and has an end: what operators watch, and what the table of state in
/// operations.md names (a test compares the two). Caches are <see cref="IMemoryTenant"/>s.
/// </summary>
/// <param name="Name">Unique, in snake case.</param>
/// <param name="Count">How many there are now.</param>
/// <param name="Max">How many there may be.</param>
/// <param name="Dropped">How many were let go or refused at the bound; null when nothing is, because another bound comes first.</param>
internal sealed record Bound(string Name, Func<long> Count, Func<long> Max, Func<long>? Dropped);

/// <summary>The bounds that exist with the stores in force.</summary>
internal sealed class Bounds(IEnumerable<BoundEntry> entries, IServiceProvider services)
{
    public IReadOnlyList<Bound> All { get; } =
        [.. entries.Where(entry => entry.Embedded is null || entry.Embedded == services.IsEmbedded()).Select(entry => entry.Bound)];
}

/// <param name="Bound">The bound.</param>
/// <param name="Embedded">True or false when only a store in memory, or only one in PostgreSQL, has it.</param>
internal sealed record BoundEntry(Bound Bound, bool? Embedded);

internal static class BoundExtensions
{
    /// <summary>Declares a bound of the singleton <typeparamref name="T"/>, which is looked up when it is asked for.</summary>
    public static void AddBound<T>(
        this IServiceCollection services, string name, Func<T, long> count, Func<T, long> max, Func<T, long>? dropped = null, bool? embedded = null)
        where T : notnull => services.AddSingleton(provider =>
        {
            var it = new Lazy<T>(provider.GetRequiredService<T>);
            return new BoundEntry(
                new Bound(name, () => count(it.Value), () => max(it.Value), dropped is null ? null : () => dropped(it.Value)), embedded);
        });
}
