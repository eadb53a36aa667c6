using Matchmaker.Features.Signaling;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker;

internal sealed partial class MatchmakerHub
{
    [HubLimit(HubBudget.Signal)]
    public async Task<Reply> Signal(Guid callId, SignalKind kind, RawJson data, Relay relay) =>
        Reply.From(await relay.Send(Me, callId, kind, data));
}
