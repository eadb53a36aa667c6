using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Presence;

/// <summary>What it means for those who are connected here that a user stands elsewhere than before, or an address is shut out.</summary>
internal sealed class StandingEffects(
    ConnectionManager connections, Lobby lobby, IPresenceStore store, IOutbox outbox, ICarrier carrier)
{
    /// <summary>Whoever is barred is not in the lobby any more.</summary>
    public async Task Hide(Guid userId, Standing standing)
    {
        if (!standing.IsBarred)
        {
            return;
        }

        lobby.Remove(userId);
        if (connections.IsOnline(userId))
        {
            // The statement that barred them leaves a row alone that somebody else holds in this moment.
            await store.SetAvailable(userId, false);
            lobby.Remove(userId);
            carrier.Tell(PresenceTopics.LobbyChanged, userId);
        }
    }

    /// <summary>All tabs hear it; of somebody who is banned they close, after what they still have to be told.</summary>
    public void Tell(Guid userId, Standing standing)
    {
        foreach (var connection in connections.Of(userId))
        {
            connection.Mark = (Mark?)standing.Kind;
            if (standing.IsBanned)
            {
                outbox.Close(connection.Id, SafetyEvents.Banned, [Banned.By(standing)]);
            }
        }

        if (!standing.IsBanned)
        {
            outbox.ToUser(userId, SafetyEvents.StandingChanged, [new StandingChanged(StandingView.From(standing))], supersede: "standingChanged");
        }
    }

    public void CloseFrom(AddressBan ban)
    {
        foreach (var connection in connections.All().Where(c => c.From is { } from && AddressBans.IsFrom(ban, from)))
        {
            outbox.Close(connection.Id, SafetyEvents.Banned, [Banned.By(ban)]);
        }
    }
}
