using Matchmaker.Features.Presence;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker;

internal sealed partial class MatchmakerHub
{
    [HubLimit(HubBudget.Command)]
    public async Task<Reply> SetAvailable(bool available, Presence presence) => Reply.From(await presence.SetAvailable(Me.Card, available));

    [HubLimit(HubBudget.Command)]
    public async Task<Reply> WatchLobby(LobbyWishes? wishes, LobbyView view) => Reply.From(await view.Watch(Me, wishes));

    [HubLimit(HubBudget.Command)]
    public Task<Reply> UnwatchLobby(Lobby lobby)
    {
        lobby.Unwatch(Me.Id);
        return Task.FromResult(Reply.Done);
    }
}
