namespace Matchmaker.Features.Matching;

/// <summary>Place and ticket side by side, so that a search does not touch the tickets it passes.</summary>
internal readonly record struct LaneSlot(Place Place, PoolEntry Entry);

/// <summary>
/// A sorted run of slots in a <see cref="TicketLane"/>. A mutable struct, only ever used in place in the lane's
/// array: as a class it would cost a cache miss for each step of the search in the directory.
/// </summary>
internal struct LaneChunk(LaneSlot[] slots, int count)
{
    /// <summary>256 slots are 6 KB: moved in less time than another level of search would cost.</summary>
    public const int Size = 256;

    /// <summary>Below this, merged with a small neighbour; far enough from full that it is not split again soon.</summary>
    public const int Small = Size / 4;

    private const int FirstSize = 4;

    public LaneSlot[] Slots = slots;
    public int Count = count;

    // Beside the directory's rows for the search. Meaningless when empty.
    public Place First = count > 0 ? slots[0].Place : Place.Start;

    public readonly Place Last => Slots[Count - 1].Place;

    public static LaneChunk Empty() => new(new LaneSlot[FirstSize], 0);

    public readonly ReadOnlySpan<LaneSlot> Used => Slots.AsSpan(0, Count);

    public void Insert(LaneSlot slot)
    {
        if (Count == Slots.Length)
        {
            Array.Resize(ref Slots, Count * 2);
        }

        var at = Count > 0 && Last < slot.Place ? Count : FirstAtOrAfter(slot.Place);
        Array.Copy(Slots, at, Slots, at + 1, Count - at);
        Slots[at] = slot;
        Count++;
        First = Slots[0].Place;
    }

    public bool Remove(PoolEntry entry)
    {
        var at = FirstAtOrAfter(entry.Place);
        if (at == Count || !ReferenceEquals(Slots[at].Entry, entry))
        {
            return false;
        }

        Count--;
        Array.Copy(Slots, at + 1, Slots, at, Count - at);
        Slots[Count] = default;
        First = Slots[0].Place;
        return true;
    }

    /// <summary>Leaves the lower half here and returns the upper.</summary>
    public LaneChunk SplitOff()
    {
        var half = Count / 2;
        var upper = new LaneSlot[Slots.Length];
        Array.Copy(Slots, half, upper, 0, Count - half);
        Array.Clear(Slots, half, Count - half);
        var split = new LaneChunk(upper, Count - half);
        Count = half;
        return split;
    }

    /// <summary>All of the next chunk's slots, behind the own ones; never more than fit.</summary>
    public void Append(LaneChunk next)
    {
        if (Slots.Length < Count + next.Count)
        {
            Array.Resize(ref Slots, Size);
        }

        next.Used.CopyTo(Slots.AsSpan(Count));
        Count += next.Count;
    }

    public readonly int FirstAtOrAfter(Place place)
    {
        var low = 0;
        var high = Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Slots[middle].Place < place)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    public readonly int FirstAfter(Place place)
    {
        var at = FirstAtOrAfter(place);
        return at < Count && Slots[at].Place == place ? at + 1 : at;
    }
}
