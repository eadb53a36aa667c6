using Matchmaker.Features.Calls;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker;

internal sealed partial class MatchmakerHub
{
    [HubLimit(HubBudget.Command)]
    public async Task<Reply> EndCall(Guid callId, CallEnding ending)
    {
        var outcome = await ending.HangUp(Me.UserId, callId, EndReason.Hangup);
        return outcome.Value is { } ended ? Reply.Yes(new EndCallValue(ended.Seconds, ended.Recorded)) : Reply.Refuse(outcome.No!);
    }

    [HubLimit(HubBudget.Command)]
    public async Task<Reply> ShareSocials(Guid callId, Dictionary<string, string> socials, Calls calls, CallNotices notices)
    {
        var call = await calls.RequireHere(Me, callId);
        if ((call.No ?? Socials.Check(socials)) is { } no)
        {
            return Reply.Refuse(no);
        }

        return notices.ToPartner(call.Value!, Me.UserId, CallEvents.SocialsShared, [new SocialsShared(callId, Me.UserId, socials)])
            ? Reply.Done
            : Reply.Refuse(CallRefusals.PartnerAway);
    }
}
