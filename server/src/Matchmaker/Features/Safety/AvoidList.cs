namespace Matchmaker.Features.Safety;

/// <summary>
/// Whom somebody must not meet, in 24 bytes each: everybody who waits in the queue or looks at the lobby has such a list.
/// Holds every block, and of cooldowns the <see cref="MaxCooldowns"/> that last longest: of the others the store knows, and
/// says no. Not thread-safe.
/// </summary>
internal sealed class AvoidList
{
    /// <summary>Cooldowns of a list: calls of a day with people who are different each time.</summary>
    public const int MaxCooldowns = 500;

    private const long Forever = long.MaxValue;
    private Guid[] _others = []; // in order, beside _until
    private long[] _until = [];
    private int _cooldowns;

    /// <param name="avoided">Each user once.</param>
    public AvoidList(IEnumerable<Avoided> avoided)
    {
        var kept = avoided.OrderByDescending(a => a.Until is null).ThenByDescending(a => a.Until).ToList();
        var blocks = kept.TakeWhile(a => a.Until is null).Count();
        _cooldowns = Math.Min(kept.Count - blocks, MaxCooldowns);
        Count = blocks + _cooldowns;
        var inOrder = kept.Take(Count).OrderBy(a => a.UserId).ToList();
        _others = [.. inOrder.Select(a => a.UserId)];
        _until = [.. inOrder.Select(a => Ticks(a.Until))];
    }

    public AvoidList()
    {
    }

    public int Count { get; private set; }

    /// <summary>False when the two may meet; else until when not, null for ever.</summary>
    public bool Contains(Guid other, out DateTimeOffset? until)
    {
        var at = Find(other);
        until = at < 0 || _until[at] == Forever ? null : new DateTimeOffset(_until[at], TimeSpan.Zero);
        return at >= 0;
    }

    /// <summary>Not before then, null for ever. Only ever extended: a block outlasts the cooldown of the call that it ended.</summary>
    public void Extend(Guid other, DateTimeOffset? until)
    {
        var ticks = Ticks(until);
        if (Find(other) is var at and >= 0)
        {
            if (ticks > _until[at])
            {
                _cooldowns -= ticks == Forever ? 1 : 0;
                _until[at] = ticks;
            }

            return;
        }

        if (ticks != Forever && _cooldowns >= MaxCooldowns)
        {
            RemoveAt(Array.IndexOf(_until, _until.Take(Count).Min()));
        }

        Insert(~Find(other), other, ticks);
    }

    /// <summary>All of another list too.</summary>
    public void ExtendBy(AvoidList others)
    {
        for (var i = 0; i < others.Count; i++)
        {
            Extend(others._others[i], others._until[i] == Forever ? null : new DateTimeOffset(others._until[i], TimeSpan.Zero));
        }
    }

    public void Remove(Guid other)
    {
        if (Find(other) is var at and >= 0)
        {
            RemoveAt(at);
        }
    }

    private static long Ticks(DateTimeOffset? until) => until is { } time && time != DateTimeOffset.MaxValue ? time.UtcTicks : Forever;

    private int Find(Guid other) => Array.BinarySearch(_others, 0, Count, other);

    private void Insert(int at, Guid other, long ticks)
    {
        if (Count == _others.Length)
        {
            // By a quarter: most lists are short, and there are two for everybody.
            var room = Count + Math.Max(4, Count / 4);
            Array.Resize(ref _others, room);
            Array.Resize(ref _until, room);
        }

        Array.Copy(_others, at, _others, at + 1, Count - at);
        Array.Copy(_until, at, _until, at + 1, Count - at);
        (_others[at], _until[at]) = (other, ticks);
        Count++;
        _cooldowns += ticks == Forever ? 0 : 1;
    }

    private void RemoveAt(int at)
    {
        _cooldowns -= _until[at] == Forever ? 0 : 1;
        Count--;
        Array.Copy(_others, at + 1, _others, at, Count - at);
        Array.Copy(_until, at + 1, _until, at, Count - at);
    }
}
