using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Whether there is a place for somebody, asked when they want a hub ticket: there a browser hears a no. What it says is
/// kept at the upgrade, of this instance's places; those of all instances together are looked at again there.
/// </summary>
internal sealed class Admission(
    ConnectionManager connections, HubTickets tickets, IPresenceStore store, AddressBans addressBans, Shedding shedding,
    IEnumerable<IKeptPlace> places, IOptions<PresenceOptions> options)
{
    /// <summary>True for whoever has a call or a place in the queue here to come back to: they always get in.</summary>
    public bool IsKept(Guid userId) => places.Any(place => place.IsKept(userId));

    /// <summary>The hub ticket of a connection that is to come, and a place for it; or why not.</summary>
    public async Task<Outcome<HubTicketResponse>> Ticket(Connection connection)
    {
        if (connection.From is { } from && await addressBans.Judge(from) is { } banned)
        {
            return banned;
        }

        var isKept = IsKept(connection.UserId);
        if (shedding.Current is { } no && !isKept && !connections.IsOnline(connection.UserId))
        {
            return PresenceRefusals.ServerFull.After(TimeSpan.FromSeconds(no.RetryAfterSeconds ?? 0));
        }

        if (!isKept && await IsClusterFull(connection))
        {
            return PresenceRefusals.ServerFull;
        }

        if (connections.Reserve(connection, isKept) is { } full)
        {
            return full;
        }

        try
        {
            return await tickets.Issue(connection);
        }
        catch
        {
            connections.GiveBack(connection.Id);
            throw;
        }
    }

    private async Task<bool> IsClusterFull(Connection connection)
    {
        if (options.Value.MaxConnectionsCluster is not { } limit)
        {
            return false;
        }

        try
        {
            return !await store.HasRoom(connection.UserId, connection.Tab, options.Value.MaxConnectionsPerUser, limit);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            return false; // who is known here is let in at the upgrade all the same
        }
    }
}
