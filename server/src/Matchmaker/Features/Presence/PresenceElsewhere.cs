using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Presence;

/// <summary>Follows which connections of this instance have to go: their user came in through another one, or signed out there.</summary>
internal sealed class PresenceElsewhere : IFollower
{
    private readonly Presence _presence;
    private readonly IPresenceStore _store;
    private readonly ConnectionManager _connections;
    private readonly InstanceLease _lease;
    private readonly Accounts.Accounts _accounts;

    public PresenceElsewhere(
        Presence presence, IPresenceStore store, ConnectionManager connections, InstanceLease lease, Accounts.Accounts accounts,
        ICarrier carrier)
    {
        (_presence, _store, _connections, _lease, _accounts) = (presence, store, connections, lease, accounts);
        carrier.On(PresenceTopics.Displaced, displaced => presence.HearDisplaced(displaced));
        carrier.On(PresenceTopics.TicketUsed, connections.GiveBack); // missed: given back when the ticket runs out
    }

    public async Task CatchUp()
    {
        var open = _connections.All();
        if (open.Length == 0)
        {
            return;
        }

        await _accounts.CatchUp([.. open.Select(c => c.SessionId).Distinct()]);
        if (!_lease.IsWritten)
        {
            return;
        }

        var reconciliations = _lease.Reconciliations;
        var displacements = await _store.DisplacedOf([.. open.Select(c => c.Id)]);
        if (!_lease.IsWritten || _lease.Reconciliations != reconciliations)
        {
            return; // a live connection may have been taken for closed; the next look has the truth
        }

        foreach (var displaced in displacements)
        {
            _presence.HearDisplaced(displaced);
        }
    }
}
