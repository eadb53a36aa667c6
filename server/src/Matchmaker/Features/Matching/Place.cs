namespace Matchmaker.Features.Matching;

/// <summary>A place in the queue: by joining time, then by order of arrival. Unique in a pool.</summary>
internal readonly record struct Place(long JoinedTicks, long Turn) : IComparable<Place>
{
    /// <summary>Before everybody.</summary>
    public static Place Start => new(long.MinValue, 0);

    public int CompareTo(Place other)
    {
        var byTime = JoinedTicks.CompareTo(other.JoinedTicks);
        return byTime != 0 ? byTime : Turn.CompareTo(other.Turn);
    }

    public static bool operator <(Place left, Place right) => left.CompareTo(right) < 0;

    public static bool operator >(Place left, Place right) => left.CompareTo(right) > 0;

    public static bool operator <=(Place left, Place right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Place left, Place right) => left.CompareTo(right) >= 0;
}
