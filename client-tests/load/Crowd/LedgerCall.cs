using System.Diagnostics;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>One call as its two people were told of it, and the lines in it that the server acknowledged. Under its own lock.</summary>
internal sealed class LedgerCall(string id, long began)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<int, Side> _sides = new(2);
    private readonly List<Int128> _lines = [];
    private int _tried;
    private long _overAt;

    public string Id => id;

    /// <summary>When it was first heard of, in Stopwatch ticks.</summary>
    public long Began => began;

    public bool IsOver
    {
        get
        {
            lock (_gate)
            {
                return _sides.Count == 2 && _sides.Values.All(side => side.End is not null || side.MissedEnd);
            }
        }
    }

    /// <summary>When the first of the two heard of its end, in Stopwatch ticks; 0 before.</summary>
    public long OverAt
    {
        get
        {
            lock (_gate)
            {
                return _overAt;
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
            _overAt = _overAt == 0 ? Stopwatch.GetTimestamp() : _overAt;
            return true;
        }
    }

    /// <summary>This member was away when it ended, or all the time.</summary>
    public void Missed(int member, string? partnerId = null)
    {
        lock (_gate)
        {
            if (partnerId is not null)
            {
                _sides.TryAdd(member, new Side(partnerId));
            }

            if (_sides.TryGetValue(member, out var side))
            {
                side.MissedEnd = true;
                _overAt = _overAt == 0 ? Stopwatch.GetTimestamp() : _overAt;
            }
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

    /// <summary>What is known now. Who missed the end is told as the partner was.</summary>
    public (IReadOnlyDictionary<int, Side> Sides, IReadOnlyCollection<Int128> Lines, int Tried) Read()
    {
        lock (_gate)
        {
            var told = _sides.Values.Select(side => side.End).FirstOrDefault(end => end is not null);
            var sides = _sides.ToDictionary(
                side => side.Key, side => side.Value is { End: null, MissedEnd: true } missed ? missed.Told(told) : side.Value);
            return (sides, [.. _lines], _tried);
        }
    }

    /// <summary>What one of the two was told.</summary>
    internal sealed class Side(string partnerId)
    {
        public string PartnerId => partnerId;

        public Side Told(CallEnded? end) => new(partnerId) { End = end, MissedEnd = true };

        public CallEnded? End { get; set; }

        /// <summary>Was away when it ended.</summary>
        public bool MissedEnd { get; set; }
    }
}
