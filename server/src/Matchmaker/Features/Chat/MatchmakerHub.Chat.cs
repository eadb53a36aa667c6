using Matchmaker.Features.Chat;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker;

internal sealed partial class MatchmakerHub
{
    [HubLimit(HubBudget.Chat)]
    public async Task<Reply> SendChat(Guid callId, string clientId, string text, Chat chat) =>
        Reply.From(await chat.Send(Me, callId, clientId, text));
}
