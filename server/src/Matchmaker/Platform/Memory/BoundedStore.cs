using System.Diagnostics.CodeAnalysis;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Platform.Memory;

/// <summary>
/// Copies of what the database knows, within <paramref name="bounds"/> by count and by what <paramref name="weigh"/>
/// says: the least recently used goes first. Several callers who miss the same key share one load.
/// Invariant: <c>_entries</c> and <c>_order</c> hold the same nodes and <c>_bytes</c> is what they weigh; all and the
/// counters are under <c>_gate</c>, which is never held while loading.
/// </summary>
internal sealed class BoundedStore<TKey, TValue>(
    string name, int worth, StoreBounds bounds, Func<TValue, int> weigh, TimeProvider time) : IMemoryTenant
    where TKey : notnull
    where TValue : class
{
    /// <summary>A node, its entry and their places in the two collections.</summary>
    private const int OverheadBytes = 160;

    /// <summary>Keys loaded at once: many more than the database answers at a time. Beyond it nothing is loaded.</summary>
    public const int MaxFlights = 1000;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _order = new();
    private readonly Dictionary<TKey, TaskCompletionSource<TValue?>> _flights = [];
    private long _hits;
    private long _misses;
    private long _evictions;
    private long _bytes;
    private long _refused;

    public string Name => name;

    public int Worth => worth;

    public MemoryTenantFigures Figures
    {
        get
        {
            lock (_gate)
            {
                return new MemoryTenantFigures(_entries.Count, bounds.Entries, _bytes, bounds.Bytes, _hits, _misses, _evictions);
            }
        }
    }

    /// <summary>Keys that are being loaded, and how many were not because of <see cref="MaxFlights"/>.</summary>
    public (int Count, long Refused) Flights
    {
        get
        {
            lock (_gate)
            {
                return (_flights.Count, _refused);
            }
        }
    }

    /// <inheritdoc/>
    public (int Entries, long Bytes) Excess(double keep)
    {
        lock (_gate)
        {
            var (entries, bytes) = (0, 0L);
            for (var node = _order.Last; node is not null && IsOver(_entries.Count - entries, _bytes - bytes, keep); node = node.Previous)
            {
                entries++;
                bytes += node.Value.Bytes;
            }

            return (entries, bytes);
        }
    }

    /// <inheritdoc/>
    public int Shrink(double keep)
    {
        lock (_gate)
        {
            var before = _entries.Count;
            EvictTo(keep);
            if (_entries.Count == 0)
            {
                _entries.TrimExcess();
            }

            return before - _entries.Count;
        }
    }

    /// <summary>
    /// The fresh entry, or what <paramref name="load"/> answers; a null is passed on and not kept. Throws
    /// <see cref="BacklogFullException"/> while too much is being loaded.
    /// </summary>
    public ValueTask<TValue?> Get(TKey key, Func<TKey, Task<TValue?>> load)
    {
        TaskCompletionSource<TValue?>? flight;
        lock (_gate)
        {
            if (Fresh(key) is { } value)
            {
                return new(value);
            }

            if (_flights.TryGetValue(key, out flight))
            {
                return new(flight.Task);
            }

            if (_flights.Count >= MaxFlights)
            {
                _refused++;
                throw new BacklogFullException(name);
            }

            flight = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _flights[key] = flight;
        }

        _ = Load(key, flight, load);
        return new(flight.Task);
    }

    /// <summary>The fresh entry, without loading.</summary>
    public bool TryGet(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        lock (_gate)
        {
            value = Fresh(key);
            return value is not null;
        }
    }

    /// <summary>The entry even if it is no longer fresh: better than nothing while the database is away.</summary>
    public bool TryGetStale(TKey key, [NotNullWhen(true)] out TValue? value)
    {
        lock (_gate)
        {
            value = _entries.TryGetValue(key, out var node) ? node.Value.Value : null;
            return value is not null;
        }
    }

    /// <summary>Keeps what is known without a load; one that is under way answers its callers and is not kept.</summary>
    public void Put(TKey key, TValue value)
    {
        lock (_gate)
        {
            _flights.Remove(key);
            Keep(key, value);
        }
    }

    /// <summary>Forgets the entry; a load that is under way answers its callers and is not kept.</summary>
    public void Remove(TKey key)
    {
        lock (_gate)
        {
            _flights.Remove(key);
            if (_entries.TryGetValue(key, out var node))
            {
                Drop(node);
            }
        }
    }

    /// <summary>Forgets every entry that fits, and whatever is being loaded: nobody knows yet whether it fits.</summary>
    public void RemoveWhere(Func<TValue, bool> fits)
    {
        lock (_gate)
        {
            _flights.Clear();
            for (var node = _order.First; node is not null;)
            {
                var next = node.Next;
                if (fits(node.Value.Value))
                {
                    Drop(node);
                }

                node = next;
            }
        }
    }

    /// <summary>For tests: throws when the invariant of the type does not hold.</summary>
    public void Verify()
    {
        lock (_gate)
        {
            if (_entries.Count != _order.Count || _entries.Count > bounds.Entries || _bytes > bounds.Bytes || _bytes != _order.Sum(entry => entry.Bytes))
            {
                throw new InvalidOperationException(
                    $"{_entries.Count} entries, {_order.Count} in order, {_bytes} bytes, {bounds}");
            }

            for (var node = _order.First; node is not null; node = node.Next)
            {
                if (!_entries.TryGetValue(node.Value.Key, out var same) || same != node)
                {
                    throw new InvalidOperationException("An entry in the order is not the one under its key.");
                }
            }
        }
    }

    private TValue? Fresh(TKey key)
    {
        if (_entries.TryGetValue(key, out var node) && time.GetElapsedTime(node.Value.At) < bounds.Freshness)
        {
            _hits++;
            _order.Remove(node);
            _order.AddFirst(node);
            return node.Value.Value;
        }

        _misses++;
        return null;
    }

    private async Task Load(TKey key, TaskCompletionSource<TValue?> flight, Func<TKey, Task<TValue?>> load)
    {
        try
        {
            var value = await load(key);
            lock (_gate)
            {
                if (Land(key, flight))
                {
                    Keep(key, value);
                }
            }

            flight.SetResult(value);
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                Land(key, flight);
            }

            flight.SetException(e);
        }
    }

    /// <summary>False when the key was removed while its load was under way: what came may be older than the removal.</summary>
    private bool Land(TKey key, TaskCompletionSource<TValue?> flight) =>
        _flights.TryGetValue(key, out var current) && current == flight && _flights.Remove(key);

    private void Keep(TKey key, TValue? value)
    {
        if (_entries.TryGetValue(key, out var older))
        {
            Drop(older);
        }

        if (value is null)
        {
            return;
        }

        var entry = new Entry(key, value, time.GetTimestamp(), weigh(value) + OverheadBytes);
        if (entry.Bytes > bounds.Bytes)
        {
            _evictions++; // alone it would be too much
            return;
        }

        _entries[key] = _order.AddFirst(entry);
        _bytes += entry.Bytes;
        EvictTo(1);
    }

    private bool IsOver(int entries, long bytes, double keep) => entries > (int)(bounds.Entries * keep) || bytes > (long)(bounds.Bytes * keep);

    private void EvictTo(double keep)
    {
        while (_order.Last is { } last && IsOver(_entries.Count, _bytes, keep))
        {
            Drop(last);
            _evictions++;
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        _entries.Remove(node.Value.Key);
        _order.Remove(node);
        _bytes -= node.Value.Bytes;
    }

    private sealed record Entry(TKey Key, TValue Value, long At, int Bytes);
}

/// <summary>What a bounded store may hold.</summary>
/// <param name="Entries">The most entries.</param>
/// <param name="Bytes">The most bytes, by estimate, their places in the store included.</param>
/// <param name="Freshness">How long an entry answers without being loaded again.</param>
internal sealed record StoreBounds(int Entries, long Bytes, TimeSpan Freshness);
