using Matchmaker.Features.Accounts;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// The people one could invite now, longest available first, and who watches them. All under one lock; a change only
/// marks, and <see cref="LobbyWorker"/> tells the watchers at most once per interval. Shown are those who are available,
/// connected and in no call; the others of them are kept here for when they are again. Of people who are connected to
/// other instances only, the rows say whether they are shown. Bounded by LobbyCapacity.
/// Invariant: <c>_elsewhere</c> has only people, and none that is connected here.
/// </summary>
internal sealed class Lobby(IOptions<PresenceOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Person> _people = [];
    private readonly Dictionary<Guid, Guid> _inCall = [];
    private readonly HashSet<Guid> _connected = [];
    private readonly HashSet<Guid> _elsewhere = [];
    private readonly ShownPeople _shown = new();
    private readonly Dictionary<Guid, DateTimeOffset> _lost = [];
    private readonly Dictionary<string, LobbyWatch> _watches = [];
    private readonly Dictionary<Guid, List<LobbyWatch>> _watchesOf = [];
    private Dictionary<Guid, LobbyWatch.Shown> _window = [];
    private long _version;
    private long _notListed;

    /// <summary>
    /// What holds of somebody was changed, not by the rows: those that are just being read may be older. Under the lock.
    /// </summary>
    public event Action<Guid>? Changed;

    public int Capacity => options.Value.LobbyCapacity;

    public int People
    {
        get
        {
            lock (_gate)
            {
                return _people.Count;
            }
        }
    }

    /// <summary>How often somebody was not listed because the lobby was full.</summary>
    public long NotListed => Interlocked.Read(ref _notListed);

    public int Watches
    {
        get
        {
            lock (_gate)
            {
                return _watches.Count;
            }
        }
    }

    /// <summary>Available since then, or not at all. At capacity a new one is not listed, but may still be invited.</summary>
    public void SetAvailable(Card card, DateTimeOffset? since)
    {
        lock (_gate)
        {
            Changed?.Invoke(card.Id);
            List(card, since);
        }
    }

    public bool IsAvailable(Guid userId)
    {
        lock (_gate)
        {
            return _people.ContainsKey(userId);
        }
    }

    public bool IsAvailableHere(Guid userId)
    {
        lock (_gate)
        {
            return _people.ContainsKey(userId) && _connected.Contains(userId);
        }
    }

    /// <summary>The card of somebody changed.</summary>
    public void Update(Card card)
    {
        lock (_gate)
        {
            Changed?.Invoke(card.Id);
            if (_people.TryGetValue(card.Id, out var person))
            {
                Hide(card.Id);
                _people[card.Id] = person with { Card = card, Version = ++_version };
                Show(card.Id);
            }
        }
    }

    /// <summary>
    /// What the rows say of somebody: available since then (null: not), and if so whether connected somewhere and in no
    /// call. Of who is connected here, this instance itself knows the rest. Without a card the one that is known stays.
    /// </summary>
    public void SetFromRows(Guid userId, Card? card, DateTimeOffset? since, bool shown)
    {
        lock (_gate)
        {
            card ??= _people.GetValueOrDefault(userId)?.Card;
            var isHere = _connected.Contains(userId);
            if (since is null || (!isHere && (!shown || card is null)))
            {
                Unlist(userId);
            }
            else if (card is not null)
            {
                List(card, since);
                if (!isHere)
                {
                    SetCall(userId, null);
                    Set(_elsewhere, userId, _people.ContainsKey(userId));
                }
            }
        }
    }

    /// <summary>Somebody is not available any more, wherever they are.</summary>
    public void Remove(Guid userId)
    {
        lock (_gate)
        {
            Changed?.Invoke(userId);
            Unlist(userId);
        }
    }

    /// <summary>Somebody of another instance is in a call now; the rows tell when they are shown again.</summary>
    public void HideElsewhere(Guid userId)
    {
        lock (_gate)
        {
            Changed?.Invoke(userId);
            Set(_elsewhere, userId, false);
        }
    }

    /// <summary>Everybody who is shown.</summary>
    public Guid[] Shown()
    {
        lock (_gate)
        {
            return [.. _shown.Of(null).Select(p => p.Card.Id)];
        }
    }

    /// <summary>Those of the users who are not in the lobby, shown or not.</summary>
    public List<Guid> Unlisted(IEnumerable<Guid> users)
    {
        lock (_gate)
        {
            return [.. users.Where(u => !_people.ContainsKey(u))];
        }
    }

    public void SetConnected(Guid userId, bool connected)
    {
        lock (_gate)
        {
            _lost.Remove(userId);
            Set(_elsewhere, userId, false);
            Set(_connected, userId, connected);
        }
    }

    /// <summary>A call of somebody began here, or is over; the end of one before does not show who is in the next.</summary>
    public void SetInCall(Guid userId, Guid callId, bool inCall)
    {
        lock (_gate)
        {
            Changed?.Invoke(userId);
            if (inCall)
            {
                SetCall(userId, callId);
            }
            else if (_inCall.TryGetValue(userId, out var current) && current == callId)
            {
                SetCall(userId, null);
            }
        }
    }

    /// <summary>Forgets who is available but has been gone for longer than the grace time; looked at every few seconds.</summary>
    public void ForgetLost(TimeSpan grace, DateTimeOffset now)
    {
        lock (_gate)
        {
            foreach (var user in _people.Keys.Where(u => !_connected.Contains(u) && !_elsewhere.Contains(u)).ToList())
            {
                if (_lost.TryAdd(user, now) || now - _lost[user] <= grace)
                {
                    continue;
                }

                Unlist(user);
            }
        }
    }

    /// <summary>The two may not meet until then (null: ever; a time that has passed: they may). Both see it if they watch.</summary>
    public void Avoid(Guid a, Guid b, DateTimeOffset? until)
    {
        lock (_gate)
        {
            foreach (var (watcher, other) in new[] { (a, b), (b, a) })
            {
                foreach (var watch in _watchesOf.GetValueOrDefault(watcher) ?? [])
                {
                    watch.Avoid(other, until);
                }
            }
        }
    }

    public LobbySnapshot Watch(LobbyWatch watch)
    {
        lock (_gate)
        {
            RemoveWatch(watch.ConnectionId);
            _watches[watch.ConnectionId] = watch;
            if (!_watchesOf.TryGetValue(watch.UserId, out var all))
            {
                _watchesOf[watch.UserId] = all = [];
            }

            all.Add(watch);
            return watch.Start(_shown, _version);
        }
    }

    public void Unwatch(string connectionId)
    {
        lock (_gate)
        {
            RemoveWatch(connectionId);
        }
    }

    /// <summary>One page for somebody who does not watch.</summary>
    public LobbyPage Page(LobbyWatch view)
    {
        lock (_gate)
        {
            var snapshot = view.Start(_shown, _version);
            return new LobbyPage(snapshot.Total, snapshot.People);
        }
    }

    /// <summary>The changes that watchers have not heard of; <paramref name="isIdle"/> spares who still has some to read.</summary>
    public List<(string ConnectionId, LobbyChanged Change)> Changes(Func<string, bool> isIdle, DateTimeOffset now)
    {
        var changes = new List<(string, LobbyChanged)>();
        lock (_gate)
        {
            foreach (var watch in _watches.Values)
            {
                if (watch.Seen == _version || !isIdle(watch.ConnectionId))
                {
                    continue;
                }

                _window.Clear();
                if (watch.Next(_shown, _version, now, ref _window) is { } change)
                {
                    changes.Add((watch.ConnectionId, change));
                }
            }
        }

        return changes;
    }

    /// <summary>Who of this instance's users is available; written back after the database lost it.</summary>
    public List<(Guid UserId, DateTimeOffset Since)> AvailableHere()
    {
        lock (_gate)
        {
            return [.. _people.Values.Where(p => _connected.Contains(p.Card.Id)).Select(p => (p.Card.Id, p.Since))];
        }
    }

    private void List(Card card, DateTimeOffset? since)
    {
        _people.TryGetValue(card.Id, out var known);
        if (known?.Since == since && known?.Card == card)
        {
            return;
        }

        if (since is null)
        {
            Unlist(card.Id);
        }
        else if (known is null && _people.Count >= Capacity)
        {
            _notListed++;
        }
        else
        {
            Hide(card.Id);
            _people[card.Id] = new Person(card, since.Value, ++_version);
            Show(card.Id);
        }
    }

    private void Unlist(Guid userId)
    {
        Hide(userId);
        _people.Remove(userId);
        _elsewhere.Remove(userId);
        _lost.Remove(userId);
    }

    private void SetCall(Guid userId, Guid? callId)
    {
        var was = _inCall.ContainsKey(userId);
        if (callId is { } id)
        {
            _inCall[userId] = id;
        }
        else
        {
            _inCall.Remove(userId);
        }

        if (was != (callId is not null))
        {
            Hide(userId);
            Show(userId);
        }
    }

    private void Set(HashSet<Guid> set, Guid userId, bool value)
    {
        if (value ? set.Add(userId) : set.Remove(userId))
        {
            Hide(userId);
            Show(userId);
        }
    }

    private void Show(Guid userId)
    {
        if (_people.TryGetValue(userId, out var person) && (_connected.Contains(userId) || _elsewhere.Contains(userId))
            && !_inCall.ContainsKey(userId))
        {
            _shown.Add(person);
            _version++;
        }
    }

    private void Hide(Guid userId)
    {
        if (_people.TryGetValue(userId, out var person) && _shown.Remove(person))
        {
            _version++;
        }
    }

    private void RemoveWatch(string connectionId)
    {
        if (_watches.Remove(connectionId, out var watch))
        {
            var all = _watchesOf[watch.UserId];
            all.Remove(watch);
            if (all.Count == 0)
            {
                _watchesOf.Remove(watch.UserId);
            }
        }
    }

    /// <summary>Somebody available. <c>Version</c> grows when the card changes.</summary>
    internal sealed record Person(Card Card, DateTimeOffset Since, long Version);
}
