using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Presence;

/// <summary>
/// One connection's window of the lobby and what it was last told of it: at most 100 people. Under the lobby's lock.
/// </summary>
internal sealed class LobbyWatch(
    string connectionId, Guid userId, IReadOnlyList<Gender>? genders, int limit, AvoidList avoid)
{
    /// <summary>People a window shows when the watcher does not say.</summary>
    public const int DefaultLimit = 50;

    /// <summary>People a window shows at most.</summary>
    public const int MaxLimit = 100;

    // A new total by itself is told this seldom: with thousands of people it changes all the time.
    private static readonly TimeSpan TotalEvery = TimeSpan.FromSeconds(2);

    private Dictionary<Guid, Shown> _told = [];
    private int _version;
    private int _total;
    private DateTimeOffset _totalToldAt;

    public string ConnectionId => connectionId;

    public Guid UserId => userId;

    /// <summary>The lobby's version that this watch has looked at.</summary>
    public long Seen { get; private set; }

    public void Avoid(Guid other, DateTimeOffset? until)
    {
        Seen = -1; // looked at again, though the lobby did not change
        if (until == DateTimeOffset.MinValue)
        {
            avoid.Remove(other);
        }
        else
        {
            avoid.Extend(other, until);
        }
    }

    /// <param name="shown">Everybody, in order.</param>
    /// <param name="version">The lobby's version.</param>
    public LobbySnapshot Start(ShownPeople shown, long version)
    {
        _total = Look(shown, _told);
        _version = 1;
        Seen = version;
        return new LobbySnapshot(1, _total, [.. _told.Values.Select(Describe)]);
    }

    /// <summary>
    /// What changed since the last time, or null. A watch is looked at four times a second and seldom has news, so nothing
    /// is made before there is some: <paramref name="window"/> is an empty dictionary that the watch may keep in exchange
    /// for its own.
    /// </summary>
    public LobbyChanged? Next(ShownPeople shown, long version, DateTimeOffset now, ref Dictionary<Guid, Shown> window)
    {
        var total = Look(shown, window);
        var nothing = IsTold(window);
        if (nothing && total != _total && now - _totalToldAt < TotalEvery)
        {
            return null; // not seen yet: looked at again
        }

        Seen = version;
        if (nothing && total == _total)
        {
            return null;
        }

        var told = _told;
        (_told, window, _total, _totalToldAt) = (window, told, total, now);
        return new LobbyChanged(
            ++_version,
            OrNull(_told.Where(w => !told.ContainsKey(w.Key)).Select(w => Describe(w.Value))),
            OrNull(_told.Where(w => told.TryGetValue(w.Key, out var t) && !t.IsSame(w.Value)).Select(w => Describe(w.Value))),
            OrNull(told.Keys.Where(id => !_told.ContainsKey(id))),
            total);
    }

    private static LobbyPerson Describe(Shown shown) => LobbyPerson.From(shown.Person.Card, shown.Until);

    private static List<T>? OrNull<T>(IEnumerable<T> items) => items.ToList() is { Count: > 0 } list ? list : null;

    private bool IsTold(Dictionary<Guid, Shown> window)
    {
        if (window.Count != _told.Count)
        {
            return false;
        }

        foreach (var (id, shown) in window)
        {
            if (!_told.TryGetValue(id, out var told) || !told.IsSame(shown))
            {
                return false;
            }
        }

        return true;
    }

    // A card is taken up to the limit; the total counts all that this watcher could see, roughly: blocks beyond the
    // window are not looked for one by one.
    private int Look(ShownPeople shown, Dictionary<Guid, Shown> window)
    {
        var hidden = 0;
        foreach (var person in shown.Of(genders))
        {
            if (window.Count >= limit)
            {
                break;
            }

            var id = person.Card.Id;
            var avoided = avoid.Contains(id, out var until);
            if (id == userId || (avoided && until is null))
            {
                hidden++;
                continue;
            }

            window[id] = new Shown(person, until);
        }

        return shown.Count(genders) - hidden;
    }

    /// <summary>Somebody as the watcher sees them: everybody's card, and when the two may meet again.</summary>
    internal readonly record struct Shown(Lobby.Person Person, DateTimeOffset? Until)
    {
        public bool IsSame(Shown other) => Person.Version == other.Person.Version && Until == other.Until;
    }
}
