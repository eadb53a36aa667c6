namespace Matchmaker.Platform.Memory;

/// <summary>
/// What an embedded store keeps under many keys, in the order of writing: at most <paramref name="maxOfKey"/> items of a
/// key and <paramref name="maxBytes"/> of all, by estimate. Beyond it the item goes that was written first, of the key or
/// of all. Not thread-safe: the store's lock holds it.
/// Invariant: an item is once in <c>_order</c> and once in its key's list, in the same order; <c>Bytes</c> is what they weigh.
/// </summary>
internal sealed class BoundedLog<TKey, TItem>(int maxOfKey, long maxBytes, Func<TItem, int> weigh)
    where TKey : notnull
    where TItem : class
{
    /// <summary>An entry and its nodes in two lists.</summary>
    private const int OverheadBytes = 160;

    /// <summary>A key, its list and its place in the dictionary.</summary>
    private const int KeyBytes = 120;

    private readonly Dictionary<TKey, LinkedList<LinkedListNode<Entry>>> _byKey = [];
    private readonly LinkedList<Entry> _order = new();

    public long MaxBytes => maxBytes;

    public long Bytes { get; private set; }

    /// <summary>Items that went because there were too many.</summary>
    public long Dropped { get; private set; }

    /// <summary>Of one key, the oldest first.</summary>
    public IEnumerable<TItem> Of(TKey key) => _byKey.TryGetValue(key, out var own) ? own.Select(node => node.Value.Item) : [];

    /// <summary>Of all keys, in the order of writing.</summary>
    public IEnumerable<TItem> All => _order.Select(entry => entry.Item);

    public void Add(TKey key, TItem item)
    {
        if (!_byKey.TryGetValue(key, out var own))
        {
            _byKey[key] = own = new();
            Bytes += KeyBytes;
        }

        var entry = new Entry(key, item, Weigh(item));
        own.AddLast(_order.AddLast(entry));
        Bytes += entry.Bytes;
        if (own.Count > maxOfKey)
        {
            Drop(own.First!.Value);
            Dropped++;
        }

        while (Bytes > maxBytes && _order.First is { } oldest)
        {
            Drop(oldest);
            Dropped++;
        }
    }

    public void Remove(TKey key)
    {
        while (_byKey.TryGetValue(key, out var own))
        {
            Drop(own.First!.Value);
        }
    }

    /// <summary>Puts what <paramref name="change"/> answers in the place of each item; nothing for a null.</summary>
    public void Rewrite(Func<TItem, TItem?> change)
    {
        for (var node = _order.First; node is not null;)
        {
            var (entry, next) = (node.Value, node.Next);
            if (change(entry.Item) is not { } item)
            {
                Drop(node);
            }
            else if (item != entry.Item)
            {
                Bytes += Weigh(item) - entry.Bytes;
                (entry.Item, entry.Bytes) = (item, Weigh(item));
            }

            node = next;
        }
    }

    private int Weigh(TItem item) => OverheadBytes + weigh(item);

    private void Drop(LinkedListNode<Entry> node)
    {
        var own = _byKey[node.Value.Key];
        own.Remove(node);
        _order.Remove(node);
        Bytes -= node.Value.Bytes;
        if (own.Count == 0)
        {
            _byKey.Remove(node.Value.Key);
            Bytes -= KeyBytes;
        }
    }

    private sealed class Entry(TKey key, TItem item, int bytes)
    {
        public TKey Key => key;

        public TItem Item { get; set; } = item;

        public int Bytes { get; set; } = bytes;
    }
}
