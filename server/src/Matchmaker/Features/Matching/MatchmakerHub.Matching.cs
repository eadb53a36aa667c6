using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker;

internal sealed partial class MatchmakerHub
{
    [HubLimit(HubBudget.Command), NewWork]
    public async Task<Reply> JoinQueue(QueueWishes? wishes, Queue queue) => Reply.From(await queue.Join(Me, wishes));

    [HubLimit(HubBudget.Command)]
    public async Task<Reply> LeaveQueue(Queue queue)
    {
        await queue.Leave(Me.UserId);
        return Reply.Done;
    }

    [HubLimit(HubBudget.Command)]
    public async Task<Reply> Next(Guid callId, CallEnding ending, Queue queue)
    {
        var outcome = await ending.HangUp(Me.UserId, callId, EndReason.Next);
        if (outcome.Value is not { } ended)
        {
            return Reply.Refuse(outcome.No!);
        }

        return Reply.Yes(new NextValue(
            ended.Seconds, ended.Recorded, await queue.TryJoinAgain(Me, ending.WishesOf(Me.UserId, callId))));
    }

    [HubLimit(HubBudget.Command), NewWork]
    public async Task<Reply> Invite(Guid userId, int callSeconds, Invites invites) => Reply.From(await invites.Invite(Me, userId, callSeconds));

    [HubLimit(HubBudget.Command)]
    public async Task<Reply> AcceptInvite(Guid inviteId, int callSeconds, Invites invites) =>
        Reply.From(await invites.Accept(Me, inviteId, callSeconds));

    [HubLimit(HubBudget.Command)]
    public async Task<Reply> DeclineInvite(Guid inviteId, Invites invites) => Reply.From(await invites.Decline(Me.UserId, inviteId));

    [HubLimit(HubBudget.Command)]
    public async Task<Reply> RescindInvite(Guid inviteId, Invites invites) => Reply.From(await invites.Rescind(Me.UserId, inviteId));

    [HubLimit(HubBudget.Command)]
    public async Task<Reply> ExtendInvite(Guid inviteId, Invites invites) => Reply.From(await invites.Extend(Me.UserId, inviteId));
}
