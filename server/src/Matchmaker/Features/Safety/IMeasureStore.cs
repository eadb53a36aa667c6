namespace Matchmaker.Features.Safety;

/// <summary>
/// What was done about people. Whatever changes here is durable when it returns, together with its audit entry; what is in
/// force goes by the store's own clock.
/// </summary>
internal interface IMeasureStore
{
    /// <summary>
    /// Takes a measure; one that was taken before under this id is answered as it stands. Beside it no ticket and no call of
    /// the user can come to be, when it bars them.
    /// </summary>
    Task<Measure> Take(NewMeasure measure);

    /// <summary>Ends a measure before its time; null when it was over or never was.</summary>
    Task<Measure?> Lift(Guid measureId, Guid? actor, string note);

    Task<Measure?> Find(Guid measureId);

    /// <summary>All that was done about a user, the latest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Measure>> Of(Guid userId, int limit = 100);

    Task<Standing> StandingOf(Guid userId);

    /// <summary>Of several users, in one read; who is not in it is free.</summary>
    Task<IReadOnlyDictionary<Guid, Standing>> StandingOf(IReadOnlyCollection<Guid> users);

    /// <summary>How many are in force.</summary>
    Task<(int Holds, int Bans)> CountInForce();

    /// <summary>The user acknowledges a warning of theirs; false when there is none.</summary>
    Task<bool> See(Guid userId, Guid measureId);

    /// <summary>
    /// What was changed since shortly before <paramref name="since"/> (null: shortly before now), the oldest first, at most
    /// <paramref name="limit"/> past <paramref name="after"/>; the same again for a while, because transactions commit in
    /// another order than they began.
    /// </summary>
    Task<MeasureChanges> ChangedSince(DateTimeOffset? since, MeasureChange? after, int limit);
}

/// <param name="AskedAt">The store's time, to ask from the next time.</param>
/// <param name="Changes">The measures.</param>
/// <param name="AddressBans">Another one than before when address bans were changed.</param>
internal sealed record MeasureChanges(DateTimeOffset AskedAt, IReadOnlyList<MeasureChange> Changes, string AddressBans);

internal readonly record struct MeasureChange(Guid MeasureId, Guid UserId, DateTimeOffset ChangedAt);
