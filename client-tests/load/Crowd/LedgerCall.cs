using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>One call as its two people were told of it, and the lines in it that the server acknowledged. Under its own lock.</summary>
internal sealed class LedgerCall(string id, long began)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Side> _sides = new(2);
    private readonly List<Int128> _lines = [];
    private int _tried;

    public string Id => id;

    /// <summary>When it was first heard of, in Stopwatch ticks.</summary>
    public long Began => began;

    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _sides.Count == 2 && _sides.Values.All(side => side.End is not null);
            }
        }
    }

    public void Started(int member, string partnerId)
    {
        lock (_gate)
        {
            _sides.TryAdd(member, new Side(partnerId));
        }
    }

    /// <summary>False when this member was told of no such call, or of its end before.</summary>
    public bool Ended(int member, CallEnded end)
    {
        lock (_gate)
        {
            if (!_sides.TryGetValue(member, out var side) || side.End is not null)
            {
                return false;
            }

            side.End = end;
            return true;
        }
    }

    /// <summary>A line is sent; whether it is stored is open until it is acknowledged.</summary>
    public void Trying()
    {
        lock (_gate)
        {
            _tried++;
        }
    }

    public void Acknowledged(Int128 line)
    {
        lock (_gate)
        {
            _lines.Add(line);
        }
    }

    /// <summary>What is known now.</summary>
    public (IReadOnlyDictionary<int, Side> Sides, IReadOnlyCollection<Int128> Lines, int Tried) Read()
    {
        lock (_gate)
        {
            return (new Dictionary<int, Side>(_sides), [.. _lines], _tried);
        }
    }

    /// <summary>What one of the two was told.</summary>
    internal sealed class Side(string partnerId)
    {
        public string PartnerId => partnerId;

        public CallEnded? End { get; set; }
    }
}
