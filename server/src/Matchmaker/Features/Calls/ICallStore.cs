using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Calls and who sits in them. One function starts calls, whoever asks; seats are unique per user; a call ends once.
/// Times are the store's: durations of a live call are measured by the instance.
/// </summary>
internal interface ICallStore
{
    /// <summary>
    /// Starts what can be started, each pair whole or not at all; one answer for each pair, in any order.
    /// <paramref name="epoch"/> fences a matcher that no longer leads (<see cref="FencedException"/>); without it the
    /// users are locked and waited for (an accepted invite).
    /// </summary>
    Task<IReadOnlyList<StartedCall>> Start(IReadOnlyList<CallPair> pairs, long? epoch, CallOrigin origin);

    /// <summary>Ends a call once; ending it again answers as it ended. Null when there is no such call.</summary>
    Task<EndedCall?> End(CallEnd end);

    /// <summary>Gives the user's seat to a connection; null when the call has ended or is not theirs.</summary>
    Task<AttachedSeat?> Attach(Guid userId, Guid callId, string connectionId, bool take);

    /// <summary>The call a user is in now.</summary>
    Task<ActiveCall?> FindActive(Guid userId);

    /// <summary>The calls that any of these users are in now, each once.</summary>
    Task<IReadOnlyList<ActiveCall>> ListActive(IReadOnlyCollection<Guid> users);

    /// <summary>
    /// Forgets who was lost for longer than the grace time; answers the calls that should end, those of somebody who is banned
    /// among them.
    /// </summary>
    Task<IReadOnlyList<(Guid CallId, EndReason Reason)>> Sweep(TimeSpan grace, int limit);

    /// <summary>How many calls <see cref="Sweep"/> would answer now, of those that are marked already.</summary>
    Task<int> CountAbandoned(TimeSpan grace, int limit);

    /// <summary>A page of a user's history, newest first; <paramref name="before"/> is the last entry of the page before.</summary>
    Task<IReadOnlyList<HistoryEntry>> History(Guid userId, int limit, (DateTimeOffset StartedAt, Guid CallId)? before);

    Task<HistoryEntry?> FindInHistory(Guid userId, Guid callId);

    /// <summary>
    /// Moves at most <paramref name="limit"/> calls that ended longer than <paramref name="age"/> ago to where they cost less and
    /// are read more slowly; answers how many.
    /// </summary>
    Task<int> Archive(TimeSpan age, int limit);

    /// <summary>How many calls there are that <see cref="Archive"/> would move, at most <paramref name="limit"/>.</summary>
    Task<int> CountOld(TimeSpan age, int limit);

    /// <summary>Deletes at most <paramref name="limit"/> calls from all histories that began longer than <paramref name="age"/> ago; answers how many.</summary>
    Task<int> Forget(TimeSpan age, int limit);

    /// <summary>How many there are that <see cref="Forget"/> would delete, at most <paramref name="limit"/>.</summary>
    Task<int> CountForgettable(TimeSpan age, int limit);

    /// <summary>Forgets a user's own history, and their card in that of others.</summary>
    Task Erase(Guid userId);
}

/// <summary>Two people about to be in a call. A ticket must still be the named one; null tickets come with an invite.</summary>
internal sealed record CallPair(
    Guid CallId,
    Guid InitiatorId,
    Guid OtherId,
    Guid? InitiatorTicket,
    Guid? OtherTicket,
    string? InitiatorConnection,
    string? OtherConnection,
    int CallSeconds,
    Guid? InviteId = null);

/// <summary>What became of a pair.</summary>
internal enum StartOutcome
{
    Started,

    /// <summary>A ticket is gone, changed or held by somebody else right now.</summary>
    Ticket,

    /// <summary>One of them sits in another call.</summary>
    Seated,

    /// <summary>One of them has no connection.</summary>
    Offline,

    /// <summary>One has blocked the other, or one of them is barred.</summary>
    Blocked,

    Cooldown,

    /// <summary>The invite is no longer live.</summary>
    Invite,
}

internal sealed record StartedCall(
    Guid CallId, StartOutcome Outcome, DateTimeOffset StartedAt, DateTimeOffset EndsAt, string? InitiatorConnection, string? OtherConnection);

/// <param name="CallId">Which call.</param>
/// <param name="Reason">Why it ended.</param>
/// <param name="At">The instance's timestamp of the moment it ended for the two people.</param>
internal sealed record CallEnd(Guid CallId, EndReason Reason, long At);

internal sealed record EndedCall(Guid CallId, int Seconds, bool Recorded, EndReason Reason, DateTimeOffset? CooldownUntil, int Rev);

/// <param name="Holder">The connection that holds the seat now; another one when it was not given.</param>
/// <param name="Rev">The call's rev after it.</param>
/// <param name="Previous">The connection that held it before.</param>
internal sealed record AttachedSeat(string Holder, int Rev, string? Previous);

/// <param name="Partner">The other one.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Seconds">So far, while it runs.</param>
/// <param name="Origin">How it came to be.</param>
/// <param name="Reason">Null while it runs.</param>
internal sealed record CallFacts(
    Guid Partner, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int Seconds, CallOrigin Origin, EndReason? Reason);

internal sealed record ActiveCall(
    Guid CallId, CallOrigin Origin, int CallSeconds, DateTimeOffset EndsAt, TimeSpan Elapsed, TimeSpan Remaining, int Rev,
    ActiveSeat Initiator, ActiveSeat Other);

/// <param name="Card">Whose seat.</param>
/// <param name="ConnectionId">The connection that the call belongs to.</param>
/// <param name="Away">It is gone; of an instance that died from the moment on that a sweep said so, because only a sweep knows when one may.</param>
/// <param name="Wishes">What the ticket wished.</param>
/// <param name="Instance">Where the connection is or was.</param>
internal sealed record ActiveSeat(Card Card, string? ConnectionId, bool Away, string? Wishes, string? Instance = null);

/// <summary>Another matcher leads; nothing was started.</summary>
internal sealed class FencedException : Exception;
