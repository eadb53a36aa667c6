using Matchmaker.Features.Presence;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.SignalR;

namespace Matchmaker;

/// <summary>
/// The one hub of browsers. Here is how a connection begins; what it can do is a partial file in each feature: authorise,
/// call the use case, reply. Every public method of any part can be called by a client. No CancellationToken parameters:
/// in a method that does not stream they break the call without a word.
/// </summary>
[Authorize(AuthenticationSchemes = HubTicketHandler.Scheme)]
internal sealed partial class MatchmakerHub : Hub
{
    /// <summary>The connection that calls, made from its hub ticket before the upgrade.</summary>
    private Connection Me => (Connection)Context.GetHttpContext()!.Items[HubTicketHandler.ConnectionItem]!;

    /// <summary>After every connect, before anything else: one truthful snapshot of where the user stands.</summary>
    [HubLimit(HubBudget.Command)]
    public async Task<Reply> Resume(ResumeRequest? request, Resuming resuming) =>
        Reply.Yes(await resuming.Snapshot(Me, request?.TakeCall ?? false));
}
