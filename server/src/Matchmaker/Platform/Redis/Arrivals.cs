namespace Matchmaker.Platform.Redis;

/// <summary>What of an arrival counts.</summary>
internal enum Arrival
{
    Next,

    /// <summary>It counts, and something before it never came.</summary>
    AfterGap,

    /// <summary>It came before, or a later one did.</summary>
    Old,
}

/// <summary>
/// The last sequence of each publisher on each channel. Whoever was silent longest is forgotten at
/// <see cref="MaxPublishers"/>, far above the instances there are. Not thread-safe: arrivals are handled one by one.
/// </summary>
internal sealed class Arrivals
{
    public const int MaxPublishers = 1000;

    private readonly Dictionary<(string Publisher, bool ToAll), (long Sequence, long Turn)> _last = [];
    private long _turn;

    /// <summary>On everybody's channel numbers follow each other; on an instance's own they only grow.</summary>
    public Arrival Judge(string publisher, bool toAll, long sequence)
    {
        var key = (publisher, toAll);
        var known = _last.TryGetValue(key, out var last);
        if (known && sequence <= last.Sequence)
        {
            return Arrival.Old;
        }

        _last[key] = (sequence, ++_turn);
        if (!known && _last.Count > MaxPublishers)
        {
            _last.Remove(_last.MinBy(l => l.Value.Turn).Key);
        }

        return known && toAll && sequence != last.Sequence + 1 ? Arrival.AfterGap : Arrival.Next;
    }
}
