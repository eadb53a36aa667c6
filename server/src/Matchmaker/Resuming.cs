using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Features.Signaling;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;

namespace Matchmaker;

/// <summary><c>TakeCall</c>: bring the call here even if another tab of mine has it.</summary>
internal sealed record ResumeRequest(bool TakeCall = false);

internal enum UserStatus
{
    Idle,
    Available,
    Queued,
    InCall,
}

/// <summary>Where a user stands. <c>Degraded</c> when the database did not answer and this is from memory.</summary>
internal sealed record ResumeValue(
    UserStatus Status,
    QueueStatus? Queue,
    IReadOnlyList<InviteView> Invites,
    CallView? Call,
    Missed Missed,
    DateTimeOffset ServerTime,
    string Instance,
    bool? Degraded,
    StandingView? Standing = null);

/// <summary>What came for the call while its connection was away. Not <c>Complete</c>: signals were lost, restart ICE.</summary>
internal sealed record Missed(IReadOnlyList<ChatLine> Chat, IReadOnlyList<MissedSignal> Signals, bool Complete)
{
    public static readonly Missed Nothing = new([], [], true);
}

/// <summary>
/// Builds the snapshot of <c>Resume</c> out of what each feature knows. The connection already receives events, so what
/// changes meanwhile arrives after it, with a higher rev.
/// </summary>
internal sealed class Resuming(
    Presence presence, Lobby lobby, Queue queue, Invites invites, Calls calls, SignalsElsewhere signals, Chat chat,
    CallNotices notices, Measures measures, PresenceMetrics metrics, InstanceIdentity instance, TimeProvider time)
{
    public async Task<ResumeValue> Snapshot(Connection connection, bool takeCall)
    {
        var degraded = false;
        async Task<T> Ask<T>(Func<Task<T>> store, T fromMemory)
        {
            try
            {
                return await store();
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                degraded = true;
                return fromMemory;
            }
        }

        var available = await Ask(() => presence.IsAvailable(connection.Card), lobby.IsAvailable(connection.UserId));
        var place = await Ask(() => queue.Resume(connection), null);
        var ringing = await Ask(() => invites.LiveOf(connection.UserId), []);
        var resumed = await Ask(() => calls.Resume(connection, takeCall), null);
        var missed = Missed.Nothing;
        CallView? view = null;
        if (resumed is { } r)
        {
            place = null;
            view = r.Call.ViewOf(connection.UserId, connection.Id, time);
            if (view.Here)
            {
                var (sent, complete) = await signals.Missed(r.Call, connection.UserId);
                notices.PartnerIfAway(r.Call, connection.UserId, connection.Id);
                missed = new Missed(await Ask(() => chat.Missed(r.Call, connection.Id), []), sent, complete);
            }
        }

        var status = view is not null ? UserStatus.InCall
            : place is not null ? UserStatus.Queued
            : available ? UserStatus.Available
            : UserStatus.Idle;
        var standing = connection.Mark is null
            ? Standing.Free
            : await Ask(() => measures.StandingOf(connection.UserId), measures.Known(connection.UserId) ?? Standing.Free);
        metrics.Resumed(degraded ? "degraded" : missed.Complete ? "complete" : "incomplete");
        return new ResumeValue(
            status, place, ringing, view, missed, time.GetUtcNow(), instance.Name, degraded ? true : null, StandingView.From(standing));
    }
}
