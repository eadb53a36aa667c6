using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Presence;

/// <summary>Follows which connections of this instance had to go because their user came in through another one.</summary>
internal sealed class PresenceElsewhere : IFollower
{
    private readonly Presence _presence;
    private readonly IPresenceStore _store;
    private readonly ConnectionManager _connections;

    public PresenceElsewhere(Presence presence, IPresenceStore store, ConnectionManager connections, ICarrier carrier)
    {
        (_presence, _store, _connections) = (presence, store, connections);
        carrier.On(PresenceTopics.Displaced, displaced => presence.HearDisplaced(displaced));
    }

    public async Task CatchUp()
    {
        foreach (var displaced in await _store.DisplacedOf([.. _connections.All().Select(c => c.Id)]))
        {
            _presence.HearDisplaced(displaced);
        }
    }
}
