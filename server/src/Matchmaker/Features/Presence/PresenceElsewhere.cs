using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Presence;

/// <summary>Follows which connections of this instance have to go: their user came in through another one, or signed out there.</summary>
internal sealed class PresenceElsewhere : IFollower
{
    private readonly Presence _presence;
    private readonly IPresenceStore _store;
    private readonly ConnectionManager _connections;
    private readonly Accounts.Accounts _accounts;

    public PresenceElsewhere(
        Presence presence, IPresenceStore store, ConnectionManager connections, Accounts.Accounts accounts, ICarrier carrier)
    {
        (_presence, _store, _connections, _accounts) = (presence, store, connections, accounts);
        carrier.On(PresenceTopics.Displaced, displaced => presence.HearDisplaced(displaced));
    }

    public async Task CatchUp()
    {
        var open = _connections.All();
        if (open.Length == 0)
        {
            return;
        }

        foreach (var displaced in await _store.DisplacedOf([.. open.Select(c => c.Id)]))
        {
            _presence.HearDisplaced(displaced);
        }

        await _accounts.CatchUp([.. open.Select(c => c.SessionId).Distinct()]);
    }
}
