using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Calls;

/// <summary>
/// A call that at least one of this instance's users is in. Its mutable parts (seats, rev, the end) are under
/// <see cref="Gate"/>; the lock is never held across an await.
/// </summary>
internal sealed class LiveCall(
    Guid callId, CallOrigin origin, int callSeconds, DateTimeOffset endsAt, long startedStamp, long endsStamp, LiveSeat initiator, LiveSeat other)
{
    public Lock Gate { get; } = new();

    public Guid CallId => callId;

    public CallOrigin Origin => origin;

    public int CallSeconds => callSeconds;

    /// <summary>The store's time of the end, to show; the instance measures by <see cref="EndsStamp"/>.</summary>
    public DateTimeOffset EndsAt => endsAt;

    /// <summary>Timestamps of this instance's monotonic clock.</summary>
    public long StartedStamp => startedStamp;

    public long EndsStamp => endsStamp;

    public LiveSeat Initiator => initiator;

    public LiveSeat Other => other;

    public int Rev { get; set; } = 1;

    /// <summary>Both have been told of the call.</summary>
    public bool Announced { get; set; }

    /// <summary>The end under way or done; set once.</summary>
    public Task<CallEnded>? Ending { get; set; }

    public bool Has(Guid userId) => initiator.UserId == userId || other.UserId == userId;

    public LiveSeat SeatOf(Guid userId) => initiator.UserId == userId ? initiator : other;

    public LiveSeat PartnerOf(Guid userId) => initiator.UserId == userId ? other : initiator;

    /// <summary>The call as <paramref name="userId"/> sees it on one of their connections.</summary>
    public CallView ViewOf(Guid userId, string connectionId, TimeProvider time)
    {
        lock (Gate)
        {
            var mine = initiator.UserId == userId;
            var remaining = Math.Max(0, time.GetElapsedTime(time.GetTimestamp(), endsStamp).TotalSeconds);
            return new CallView(
                callId, PartnerOf(userId).Card, callSeconds, endsAt, (int)Math.Ceiling(remaining), mine, !mine, origin,
                SeatOf(userId).ConnectionId == connectionId, Rev);
        }
    }
}

/// <summary>One of the two in a call; under the call's lock.</summary>
internal sealed class LiveSeat(Card card, string? connectionId, string? wishes)
{
    public Guid UserId => card.Id;

    public Card Card => card;

    /// <summary>The connection that the call belongs to; null while it is gone.</summary>
    public string? ConnectionId { get; set; } = connectionId;

    /// <summary>
    /// The call's rev when the store gave this seat away last: an answer with a lower one is older than what is known.
    /// Of the seat, not of the call: the two members resume at the same time.
    /// </summary>
    public int StoreRev { get; set; }

    /// <summary>
    /// The connection that took the seat while the database was away, and whether from another one: the store has to hear it.
    /// </summary>
    public (string ConnectionId, bool Take)? Unwritten { get; set; }

    /// <summary>The store's row is older than what is known here.</summary>
    public bool IsUnwritten => Unwritten is { } unwritten && unwritten.ConnectionId == ConnectionId;

    /// <summary>
    /// The last connection that was said to be gone. It may come back as it was, when only its instance had stood still:
    /// then nobody resumes.
    /// </summary>
    public string? LeftConnectionId { get; set; }

    /// <summary>When the connection went, on the monotonic clock; null while it is there.</summary>
    public long? AwayStamp { get; set; }

    /// <summary>The wishes that the ticket had, as JSON of the matching feature; what <c>Next</c> joins with.</summary>
    public string? Wishes { get; set; } = wishes;
}
