using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Matching;

/// <summary>Asking one person, and what can come of it. The store settles every race; here is who hears what.</summary>
internal sealed class Invites(
    IInviteStore store, LiveInvites live, Calls.Calls calls, CallEnding ending, Measures measures, InviteRates rates, TimeProvider time,
    IOptions<MatchingOptions> options, MatchingMetrics metrics)
{
    private readonly MatchingOptions _options = options.Value;

    public async Task<Outcome<InviteValue>> Invite(Connection connection, Guid toUserId, int callSeconds)
    {
        if (toUserId == connection.UserId)
        {
            return MatchingRefusals.Self;
        }

        if (callSeconds is < Ticket.MinCallSeconds or > Ticket.MaxCallSeconds)
        {
            return MatchingRefusals.InvalidDuration;
        }

        if (toUserId == Guid.Empty)
        {
            return MatchingRefusals.Unavailable;
        }

        if (await measures.JudgeMeeting(connection.UserId) is { } barred)
        {
            return barred;
        }

        var known = live.Between(connection.UserId, toUserId);
        if (known is null
            && (!rates.Received.HasRoom(toUserId, _options.InvitesPerMinuteReceived, out var wait)
                || !rates.Sent.TryCount(connection.UserId, _options.InvitesPerMinuteSent, out wait)))
        {
            return MatchingRefusals.TooManyInvites.After(wait);
        }

        if (known is null && !live.HasRoom())
        {
            return CommonRefusals.Unavailable;
        }

        var id = Guid.CreateVersion7(time.GetUtcNow());
        var invite = new NewInvite(id, connection.UserId, toUserId, connection.Id, callSeconds);
        var created = await store.Create(invite, _options.Ring);
        if (created.Outcome == CreateOutcome.Busy && await ending.Settle(connection.UserId))
        {
            created = await store.Create(invite, _options.Ring);
        }

        metrics.Invite(created.Outcome);
        switch (created.Outcome)
        {
            case CreateOutcome.Created:
                // Only what rings counts against the invited: whom they blocked cannot use up their minute.
                rates.Received.TryCount(toUserId, _options.InvitesPerMinuteReceived, out _);
                live.Add(new StoredInvite(
                    id, connection.Card, toUserId, connection.Id, callSeconds, created.ExpiresAt!.Value, created.Remaining, 0, null, null), isNew: true);
                var (me, them) = (await measures.JudgeMeeting(connection.UserId), await measures.JudgeMeeting(toUserId));
                if ((me ?? them) is not null)
                {
                    // Barred in this moment: whoever ended their invites did not know of this one.
                    await live.End(id, InviteOutcome.Unavailable, cooldown: null);
                    return me ?? MatchingRefusals.Unavailable;
                }

                return new InviteValue(id, created.ExpiresAt, Seconds(created.Remaining), null);
            case CreateOutcome.Repeated:
                return new InviteValue(created.InviteId!.Value, created.ExpiresAt, Seconds(created.Remaining), null);
            case CreateOutcome.Crossing:
                var accepted = await Accept(connection, created.InviteId!.Value, callSeconds);
                return accepted.Value is { } value
                    ? new InviteValue(created.InviteId.Value, null, null, value.CallId)
                    : accepted.No! == MatchingRefusals.InviteGone ? MatchingRefusals.Unavailable : accepted.No!;
            case CreateOutcome.Cooldown:
                return MatchingRefusals.Cooldown.After(created.Remaining);
            case CreateOutcome.Busy:
                return MatchingRefusals.Busy;
            default:
                return MatchingRefusals.Unavailable;
        }
    }

    public async Task<Outcome<AcceptValue>> Accept(Connection connection, Guid inviteId, int callSeconds)
    {
        if (callSeconds is < Ticket.MinCallSeconds or > Ticket.MaxCallSeconds)
        {
            return MatchingRefusals.InvalidDuration;
        }

        if (await measures.JudgeMeeting(connection.UserId) is { } barred)
        {
            return barred;
        }

        var invite = await live.Find(inviteId);
        if (invite is null || invite.ToUserId != connection.UserId)
        {
            return MatchingRefusals.InviteGone;
        }

        if (invite.CallId is { } made)
        {
            await calls.Tell(connection.UserId);
            return new AcceptValue(made);
        }

        if (invite.Outcome is not null || invite.Remaining <= TimeSpan.Zero)
        {
            return MatchingRefusals.InviteGone;
        }

        var pair = new CallPair(
            Guid.CreateVersion7(time.GetUtcNow()), invite.From.Id, connection.UserId, null, null, invite.ConnectionId, connection.Id,
            (invite.CallSeconds + callSeconds) / 2, inviteId);
        var started = (await calls.Start([pair], epoch: null, CallOrigin.Invite))[0];
        return await Conclude(invite, started);
    }

    /// <summary>The invited says no.</summary>
    public Task<Outcome<Nothing>> Decline(Guid userId, Guid inviteId) => Close(
        inviteId, i => i.ToUserId == userId, InviteOutcome.Declined, _options.DeclineCooldown);

    /// <summary>The inviter takes it back.</summary>
    public Task<Outcome<Nothing>> Rescind(Guid userId, Guid inviteId) => Close(
        inviteId, i => i.From.Id == userId, InviteOutcome.Rescinded, _options.RescindCooldown);

    /// <summary>The inviter lets it ring longer.</summary>
    public async Task<Outcome<Nothing>> Extend(Guid userId, Guid inviteId)
    {
        var invite = await live.Find(inviteId);
        if (invite is not { Outcome: null } || invite.From.Id != userId || invite.Remaining <= TimeSpan.Zero)
        {
            return MatchingRefusals.InviteGone;
        }

        if (await store.Extend(inviteId, userId, _options.Ring, _options.MaxExtensions) is { } extended)
        {
            live.Extended(extended);
            return Nothing.Value;
        }

        return invite.Extensions >= _options.MaxExtensions ? MatchingRefusals.TooManyExtensions : MatchingRefusals.InviteGone;
    }

    /// <summary>The live invites of a user, for one who resumes.</summary>
    public async Task<IReadOnlyList<InviteView>> LiveOf(Guid userId) =>
        [.. (await live.LiveOf(userId)).Select(i => LiveInvites.View(i) with { ToUserId = i.ToUserId })];

    private async Task<Outcome<AcceptValue>> Conclude(StoredInvite invite, StartedCall started)
    {
        switch (started.Outcome)
        {
            case StartOutcome.Started:
                live.Ended(invite.InviteId, new EndedInvite(invite.From.Id, invite.ToUserId, null), InviteOutcome.Accepted);
                return new AcceptValue(started.CallId);
            case StartOutcome.Invite:
                // Over a moment ago; perhaps accepted, from my other tab.
                return (await store.Find(invite.InviteId))?.CallId is { } made ? new AcceptValue(made) : MatchingRefusals.InviteGone;
            case StartOutcome.Seated:
                if ((await store.Find(invite.InviteId))?.CallId is { } same)
                {
                    return new AcceptValue(same);
                }

                return await calls.Find(invite.ToUserId) is not null ? MatchingRefusals.Busy : await Refuse(invite, MatchingRefusals.Unavailable);
            case StartOutcome.Offline:
                // The inviter may be reloading the page: it goes on ringing, and accepting may be tried again.
                return MatchingRefusals.Unavailable with { RetryAfterSeconds = 2 };
            default:
                return await Refuse(invite, started.Outcome == StartOutcome.Cooldown ? MatchingRefusals.Cooldown : MatchingRefusals.Unavailable);
        }
    }

    private async Task<Refusal> Refuse(StoredInvite invite, Refusal no)
    {
        await live.End(invite.InviteId, InviteOutcome.Unavailable, cooldown: null);
        return no;
    }

    private async Task<Outcome<Nothing>> Close(Guid inviteId, Func<StoredInvite, bool> mine, InviteOutcome outcome, TimeSpan cooldown)
    {
        var invite = await live.Find(inviteId);
        if (invite is null || !mine(invite) || (invite.Outcome is { } ended && ended != outcome))
        {
            return MatchingRefusals.InviteGone;
        }

        // Ended the same way before: the same answer.
        return invite.Outcome == outcome || await live.End(inviteId, outcome, cooldown) || (await store.Find(inviteId))?.Outcome == outcome
            ? Nothing.Value
            : MatchingRefusals.InviteGone;
    }

    private static int Seconds(TimeSpan remaining) => Math.Max(0, (int)Math.Ceiling(remaining.TotalSeconds));
}
