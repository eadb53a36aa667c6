using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Keeps people of other instances in the lobby: whoever changed is marked, and all that are marked are read from the rows
/// in one statement, as often as watchers are told. What was missed, a look at everybody repairs.
/// </summary>
internal sealed class LobbyElsewhere : IFollower
{
    private readonly Lobby _lobby;
    private readonly IPresenceStore _store;
    private readonly Accounts.Accounts _accounts;
    private readonly ICarrier _carrier;
    private readonly PresenceOptions _options;
    private readonly Lock _gate = new();
    private HashSet<Guid> _marked = [];

    public LobbyElsewhere(
        Lobby lobby, Presence presence, IPresenceStore store, Accounts.Accounts accounts, ICarrier carrier, IOptions<PresenceOptions> options)
    {
        (_lobby, _store, _accounts, _carrier, _options) = (lobby, store, accounts, carrier, options.Value);
        carrier.On(PresenceTopics.LobbyChanged, Mark);
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
    public async Task Refresh()
    {
        HashSet<Guid> marked;
        lock (_gate)
        {
            if (_marked.Count == 0)
            {
                return;
            }

            (marked, _marked) = (_marked, []);
        }

        var rows = (await _store.ListAvailable(marked)).ToDictionary(r => r.UserId);
        var cards = await _accounts.FindCards(rows.Keys);
        foreach (var user in marked)
        {
            if (rows.TryGetValue(user, out var row))
            {
                _lobby.SetFromRows(user, cards.GetValueOrDefault(user), row.Since, row.Shown);
            }
            else
            {
                _lobby.SetFromRows(user, null, null, shown: false);
            }
        }
    }

    public async Task CatchUp()
    {
        var before = _lobby.Elsewhere();
        var rows = await _store.ListAvailable(_options.LobbyCapacity);
        var users = rows.Select(r => r.UserId).ToHashSet();
        var cards = await _accounts.FindCards(users);
        foreach (var (user, since) in rows)
        {
            _lobby.SetFromRows(user, cards.GetValueOrDefault(user), since, shown: true);
        }

        foreach (var user in before.Where(u => !users.Contains(u)))
        {
            _lobby.SetFromRows(user, null, null, shown: false);
        }
    }
}
