namespace Matchmaker.Features.Matching;

/// <summary>
/// Tickets in order of their place: a directory of sorted chunks of at most 256 slots (a B-tree of two levels).
///
/// Finding a place is a binary search in the directory and one in the chunk; inserting and removing move at most one
/// chunk's slots. The usual insert is at the end and moves nothing. The directory moves only when a chunk is opened,
/// split or given up, once in many changes. Chunks that have become small are merged with a neighbour: two neighbours
/// always hold more than 64 together, so that a few who wait for ever do not each keep 6 KB, and the directory of
/// 100,000 tickets has between 400 and 3,200 rows.
/// </summary>
internal sealed class TicketLane
{
    private LaneChunk[] _chunks = new LaneChunk[1];
    private int _chunkCount;

    public int Count { get; private set; }

    /// <summary>The place of the last in line. Only valid when the lane is not empty.</summary>
    public Place Last => _chunks[_chunkCount - 1].Last;

    public void Insert(PoolEntry entry)
    {
        var index = ChunkFor(entry.Place);
        if (index < 0)
        {
            InsertChunk(0, LaneChunk.Empty());
            index = 0;
        }
        else if (_chunks[index].Count == LaneChunk.Size)
        {
            index = MakeSpace(index, entry.Place);
        }

        _chunks[index].Insert(new LaneSlot(entry.Place, entry));
        Count++;
    }

    public void Remove(PoolEntry entry)
    {
        var index = ChunkFor(entry.Place);
        if (index < 0 || !_chunks[index].Remove(entry))
        {
            throw new InvalidOperationException("The ticket is not in this lane.");
        }

        Count--;
        if (_chunks[index].Count == 0)
        {
            RemoveChunk(index);
        }
        else if (_chunks[index].Count < LaneChunk.Small && !MergeWithNext(index))
        {
            MergeWithNext(index - 1);
        }
    }

    /// <summary>How many are before this place: a search, and one addition for each chunk before it.</summary>
    public int CountBefore(Place place)
    {
        var index = ChunkFor(place);
        if (index < 0)
        {
            return 0;
        }

        var before = _chunks[index].FirstAtOrAfter(place);
        for (var i = 0; i < index; i++)
        {
            before += _chunks[i].Count;
        }

        return before;
    }

    /// <summary>A reader whose first move is to the first ticket behind the place. Valid until the lane changes.</summary>
    public Reader ReadAfter(Place place)
    {
        var index = Math.Max(0, ChunkFor(place));
        var slot = _chunkCount == 0 ? 0 : _chunks[index].FirstAfter(place);
        return new Reader(this, index, slot - 1);
    }

    /// <summary>Walks everything; throws when an invariant does not hold. For tests.</summary>
    public void CheckIntegrity()
    {
        var seen = 0;
        var previous = Place.Start;
        for (var i = 0; i < _chunkCount; i++)
        {
            if (_chunks[i].Count is 0 or > LaneChunk.Size)
            {
                throw new InvalidOperationException($"Chunk {i} has {_chunks[i].Count} slots.");
            }

            if (i > 0 && _chunks[i - 1].Count + _chunks[i].Count <= LaneChunk.Small)
            {
                throw new InvalidOperationException($"Chunks {i - 1} and {i} should be one.");
            }

            foreach (var slot in _chunks[i].Used)
            {
                if (slot.Place <= previous || slot.Entry.Place != slot.Place)
                {
                    throw new InvalidOperationException($"Chunk {i} is out of order.");
                }

                previous = slot.Place;
                seen++;
            }
        }

        if (seen != Count)
        {
            throw new InvalidOperationException($"The lane counts {Count} tickets and holds {seen}.");
        }
    }

    // The last chunk that starts at or before the place, or the first; -1 when there is none at all.
    private int ChunkFor(Place place)
    {
        var low = 0;
        var high = _chunkCount - 1;
        if (high >= 0 && place >= _chunks[high].First)
        {
            return high;
        }

        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_chunks[middle].First <= place)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return high < 0 ? -1 : low;
    }

    // At the end of the line a new chunk is opened, so that chunks filled in order stay full; elsewhere it is halved.
    private int MakeSpace(int index, Place place)
    {
        if (index == _chunkCount - 1 && place > _chunks[index].Last)
        {
            InsertChunk(index + 1, LaneChunk.Empty());
            return index + 1;
        }

        InsertChunk(index + 1, _chunks[index].SplitOff());
        return place < _chunks[index + 1].First ? index : index + 1;
    }

    private bool MergeWithNext(int index)
    {
        if (index < 0
            || index + 1 >= _chunkCount
            || _chunks[index].Count + _chunks[index + 1].Count > 2 * LaneChunk.Small)
        {
            return false;
        }

        _chunks[index].Append(_chunks[index + 1]);
        RemoveChunk(index + 1);
        return true;
    }

    private void RemoveChunk(int index)
    {
        _chunkCount--;
        Array.Copy(_chunks, index + 1, _chunks, index, _chunkCount - index);
        _chunks[_chunkCount] = default;
    }

    private void InsertChunk(int index, LaneChunk chunk)
    {
        if (_chunkCount == _chunks.Length)
        {
            Array.Resize(ref _chunks, _chunkCount * 2);
        }

        Array.Copy(_chunks, index, _chunks, index + 1, _chunkCount - index);
        _chunks[index] = chunk;
        _chunkCount++;
    }

    /// <summary>Walks a lane in order of place.</summary>
    internal struct Reader(TicketLane lane, int chunk, int slot)
    {
        private int _chunk = chunk;
        private int _slot = slot;

        public readonly Place Place => lane._chunks[_chunk].Slots[_slot].Place;

        public readonly PoolEntry Entry => lane._chunks[_chunk].Slots[_slot].Entry;

        public bool MoveNext()
        {
            if (_chunk < lane._chunkCount && ++_slot >= lane._chunks[_chunk].Count)
            {
                _chunk++;
                _slot = 0;
            }

            return _chunk < lane._chunkCount;
        }
    }
}
