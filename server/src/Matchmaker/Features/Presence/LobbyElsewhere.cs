using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Keeps people of other instances in the lobby: whoever changed is marked, and all that are marked are read from the rows
/// in one statement, as often as watchers are told. What was missed, a look at everybody repairs. One read at a time; who
/// is marked while it is under way is not touched by it, since its rows may be older, but read again.
/// Nobody of this instance is taken out for want of a row before the lease says that the rows are whole.
/// </summary>
internal sealed class LobbyElsewhere : IFollower, IDisposable
{
    // A change of a card that was not heard may go unnoticed for this long: reading ten thousand is not for every look.
    private static readonly TimeSpan CardsEvery = TimeSpan.FromMinutes(1);

    private readonly Lobby _lobby;
    private readonly IPresenceStore _store;
    private readonly Accounts.Accounts _accounts;
    private readonly InstanceLease _lease;
    private readonly ICarrier _carrier;
    private readonly TimeProvider _time;
    private readonly PresenceOptions _options;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _gate = new();
    private HashSet<Guid> _marked = [];
    private long _cardsRead;

    public LobbyElsewhere(
        Lobby lobby, Presence presence, IPresenceStore store, Accounts.Accounts accounts, InstanceLease lease, ICarrier carrier,
        TimeProvider time, IOptions<PresenceOptions> options)
    {
        (_lobby, _store, _accounts, _lease) = (lobby, store, accounts, lease);
        (_carrier, _time, _options) = (carrier, time, options.Value);
        carrier.On(PresenceTopics.LobbyChanged, Mark);
        lobby.Changed += Mark;
        presence.Closed += (connection, left) =>
        {
            if (left != Left.OthersHere)
            {
                Mark(connection.UserId); // perhaps still connected to another instance
            }
        };
    }

    public int Capacity => _options.LobbyCapacity;

    public int Marked
    {
        get
        {
            lock (_gate)
            {
                return _marked.Count;
            }
        }
    }

    /// <summary>Somebody is to be looked at; at the lobby's capacity the next look at everybody does it.</summary>
    public void Mark(Guid userId)
    {
        lock (_gate)
        {
            if (!_carrier.IsAlone && _marked.Count < _options.LobbyCapacity)
            {
                _marked.Add(userId);
            }
        }
    }

    /// <summary>Reads those who are marked.</summary>
    public Task Refresh() => Marked == 0 ? Task.CompletedTask : OneAtATime(ReadMarked);

    public Task CatchUp() => OneAtATime(async () =>
    {
        await ReadAll();
        await ReadMarked();
    });

    public void Dispose() => _turn.Dispose();

    private async Task ReadAll()
    {
        var before = _lobby.Shown();
        var rows = await _store.ListAvailable(_options.LobbyCapacity);
        var users = rows.Select(r => r.UserId).ToHashSet();
        var isTime = _cardsRead == 0 || _time.GetElapsedTime(_cardsRead) >= CardsEvery;
        var cards = await _accounts.FindCards(isTime ? users : _lobby.Unlisted(users));
        _cardsRead = isTime ? _time.GetTimestamp() : _cardsRead;
        foreach (var (user, since) in rows)
        {
            Set(user, cards.GetValueOrDefault(user), since, shown: true);
        }

        // Not there, not available or in a call; or, of people here, available without a row saying that they are here.
        foreach (var user in before.Where(u => !users.Contains(u)))
        {
            Mark(user);
        }
    }

    private async Task ReadMarked()
    {
        HashSet<Guid> marked;
        lock (_gate)
        {
            (marked, _marked) = (_marked, []);
        }

        if (marked.Count == 0)
        {
            return;
        }

        try
        {
            await Read(marked);
        }
        catch
        {
            foreach (var user in marked)
            {
                Mark(user); // for the next turn
            }

            throw;
        }
    }

    private async Task Read(IReadOnlyCollection<Guid> users)
    {
        var rows = (await _store.ListAvailable(users)).ToDictionary(r => r.UserId);
        var missing = users.Where(u => !rows.ContainsKey(u)).ToList();
        if (missing.Exists(_lobby.IsAvailableHere))
        {
            await _lease.Confirm();
            foreach (var row in await _store.ListAvailable(missing))
            {
                rows[row.UserId] = row;
            }
        }

        var cards = await _accounts.FindCards(rows.Keys);
        foreach (var user in users)
        {
            if (rows.TryGetValue(user, out var row))
            {
                Set(user, cards.GetValueOrDefault(user), row.Since, row.Shown);
            }
            else
            {
                Set(user, null, null, shown: false);
            }
        }
    }

    private void Set(Guid user, Card? card, DateTimeOffset? since, bool shown)
    {
        lock (_gate)
        {
            if (_marked.Contains(user))
            {
                return;
            }
        }

        _lobby.SetFromRows(user, card, since, shown);
    }

    private async Task OneAtATime(Func<Task> read)
    {
        await _turn.WaitAsync();
        try
        {
            await read();
        }
        finally
        {
            _turn.Release();
        }
    }
}
