using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Presence;

/// <summary>
/// One connection's window of the lobby and what it was last told of it: at most 100 people. Under the lobby's lock.
/// </summary>
internal sealed class LobbyWatch(
    string connectionId, Guid userId, IReadOnlyList<Gender>? genders, int limit, IReadOnlyDictionary<Guid, DateTimeOffset?> avoid)
{
    /// <summary>People a window shows when the watcher does not say.</summary>
    public const int DefaultLimit = 50;

    /// <summary>People a window shows at most.</summary>
    public const int MaxLimit = 100;

    // A new total by itself is told this seldom: with thousands of people it changes all the time.
    private static readonly TimeSpan TotalEvery = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Guid, DateTimeOffset?> _avoid = new(avoid);
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
            _avoid.Remove(other);
        }
        else if (until is null || !_avoid.TryGetValue(other, out var known) || known < until)
        {
            _avoid[other] = until; // a block outlasts the cooldown of the call that it ended
        }
    }

    public LobbySnapshot Start(SortedSet<Lobby.Person> shown, long version)
    {
        (_told, _total) = Look(shown);
        _version = 1;
        Seen = version;
        return new LobbySnapshot(1, _total, [.. _told.Values.Select(s => s.Person)]);
    }

    /// <summary>What changed since the last time, or null.</summary>
    public LobbyChanged? Next(SortedSet<Lobby.Person> shown, long version, DateTimeOffset now)
    {
        var (window, total) = Look(shown);
        var added = window.Where(w => !_told.ContainsKey(w.Key)).Select(w => w.Value.Person).ToList();
        var changed = window.Where(w => _told.TryGetValue(w.Key, out var t) && (t.Version != w.Value.Version
            || t.Person.CooldownUntil != w.Value.Person.CooldownUntil)).Select(w => w.Value.Person).ToList();
        var removed = _told.Keys.Where(id => !window.ContainsKey(id)).ToList();
        var nothing = added.Count + changed.Count + removed.Count == 0;
        if (nothing && total != _total && now - _totalToldAt < TotalEvery)
        {
            return null; // not seen yet: looked at again
        }

        Seen = version;
        if (nothing && total == _total)
        {
            return null;
        }

        (_told, _total, _totalToldAt) = (window, total, now);
        return new LobbyChanged(++_version, OrNull(added), OrNull(changed), OrNull(removed), total);
    }

    private static List<T>? OrNull<T>(List<T> list) => list.Count > 0 ? list : null;

    // A card is taken up to the limit; the total counts all that this watcher could see, roughly: blocks beyond the
    // window are not looked for one by one.
    private (Dictionary<Guid, Shown> Window, int Total) Look(SortedSet<Lobby.Person> shown)
    {
        var window = new Dictionary<Guid, Shown>(Math.Min(limit, shown.Count));
        var hidden = 0;
        foreach (var person in shown)
        {
            if (window.Count >= limit)
            {
                break;
            }

            var id = person.Card.Id;
            var avoided = _avoid.TryGetValue(id, out var until);
            if (id == userId || (avoided && until is null) || (genders is { Count: > 0 } && !genders.Contains(person.Card.Gender)))
            {
                hidden++;
                continue;
            }

            window[id] = new Shown(LobbyPerson.From(person.Card, until), person.Version);
        }

        return (window, shown.Count - hidden);
    }

    private sealed record Shown(LobbyPerson Person, long Version);
}
