using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Matching;

/// <summary>
/// One person's wish to be matched. Holds the wish only; what the pool notes about it while it waits is in
/// <see cref="PoolEntry"/>. Not thread-safe: once added, it belongs to the pool and its lock.
/// </summary>
internal sealed class Ticket
{
    public const int MaxLanguages = 5;
    public const int MaxInterests = 10;
    public const int MinCallSeconds = 60;
    public const int MaxCallSeconds = 1800;

    private AvoidList? _avoid;
    private DateTimeOffset _joinedAt;

    public required Guid TicketId { get; init; }

    public required Guid UserId { get; init; }

    public required Gender Gender { get; init; }

    public Wants Wants { get; init; } = Wants.Any;

    /// <summary>Canonical tags, at most five; none means that no language is needed.</summary>
    public Tags Languages
    {
        get;
        init => field = value.Count <= MaxLanguages ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = Tags.None;

    /// <summary>Canonical words, at most ten.</summary>
    public Tags Interests
    {
        get;
        init => field = value.Count <= MaxInterests ? value : throw new ArgumentOutOfRangeException(nameof(value));
    } = Tags.None;

    /// <summary>Wished length of the call, 60 to 1800 s.</summary>
    public int CallSeconds
    {
        get;
        init => field = value is >= MinCallSeconds and <= MaxCallSeconds
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value));
    } = 300;

    /// <summary>Decides the place in the queue; kept when the wishes are replaced or a pair fails.</summary>
    public required DateTimeOffset JoinedAt { get => _joinedAt; init => _joinedAt = value; }

    /// <summary>The connection that a call made of this ticket belongs to.</summary>
    public required string ConnectionId { get; set; }

    /// <summary>The other instance that has this connection and keeps the ticket; null when it is this one, or nobody knows.</summary>
    public string? Instance { get; set; }

    /// <summary>How many users this ticket must not meet, lapsed ones included.</summary>
    public int AvoidCount => _avoid?.Count ?? 0;

    /// <summary>A block, in either direction: never meet this user.</summary>
    public void AddAvoid(Guid userId) => (_avoid ??= new AvoidList()).Extend(userId, null);

    /// <summary>A cooldown: not before <paramref name="until"/>. Only ever extended.</summary>
    public void AddAvoid(Guid userId, DateTimeOffset until) => (_avoid ??= new AvoidList()).Extend(userId, until);

    /// <summary>The same of everybody whom this user must not meet.</summary>
    public void AddAvoid(IEnumerable<Avoided> avoided)
    {
        var list = new AvoidList(avoided);
        if (_avoid is { } known)
        {
            list.ExtendBy(known);
        }

        _avoid = list;
    }

    public bool Avoids(Guid userId, DateTimeOffset now) =>
        _avoid is not null && _avoid.Contains(userId, out var until) && (until is null || now < until);

    /// <summary>Time in the queue; never negative, even when the joining instance's clock is ahead.</summary>
    public TimeSpan Waited(DateTimeOffset now) => now > JoinedAt ? now - JoinedAt : TimeSpan.Zero;

    /// <summary>Takes over the place of an earlier ticket of the same user, and whom that avoids.</summary>
    public void Succeed(Ticket earlier)
    {
        _joinedAt = earlier._joinedAt;
        AvoidAlso(earlier);
    }

    /// <summary>A block that arrived while newer wishes were on their way must not be lost with the older ticket.</summary>
    public void AvoidAlso(Ticket earlier)
    {
        if (!ReferenceEquals(this, earlier) && earlier._avoid is { } also)
        {
            (_avoid ??= new AvoidList()).ExtendBy(also);
        }
    }
}
