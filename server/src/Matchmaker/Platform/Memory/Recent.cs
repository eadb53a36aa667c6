namespace Matchmaker.Platform.Memory;

/// <summary>
/// What happened lately, each thing once, so that nothing that was read before it is taken for news: the last
/// <paramref name="capacity"/>, each for <paramref name="keepFor"/>. Thread-safe.
/// Invariant: a thing is in <c>_things</c> as long as it is in <c>_order</c>.
/// </summary>
internal sealed class Recent<T>(int capacity, TimeSpan keepFor, TimeProvider time)
    where T : notnull
{
    private readonly Lock _gate = new();
    private readonly HashSet<T> _things = [];
    private readonly Queue<(T Thing, long Stamp)> _order = new();

    public int Capacity => capacity;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                Forget();
                return _order.Count;
            }
        }
    }

    /// <summary>Remembers it; false when it is remembered already.</summary>
    public bool Add(T thing)
    {
        lock (_gate)
        {
            Forget();
            if (!_things.Add(thing))
            {
                return false;
            }

            _order.Enqueue((thing, time.GetTimestamp()));
            if (_order.Count > capacity)
            {
                _things.Remove(_order.Dequeue().Thing);
            }

            return true;
        }
    }

    public bool Contains(T thing)
    {
        lock (_gate)
        {
            Forget();
            return _things.Contains(thing);
        }
    }

    private void Forget()
    {
        while (_order.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Stamp) > keepFor)
        {
            _things.Remove(_order.Dequeue().Thing);
        }
    }
}
