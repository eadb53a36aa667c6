namespace Matchmaker.Features.Safety;

/// <summary>What we do about a person, the mildest first.</summary>
internal enum MeasureKind
{
    /// <summary>Something to read, and no more.</summary>
    Warn,

    /// <summary>Meets nobody new: no queue, no invites, not in the lobby. May connect; a running call goes on.</summary>
    Hold,

    /// <summary>Shut out.</summary>
    Ban,
}

/// <param name="MeasureId">Made by whoever takes it: the same one twice is one.</param>
/// <param name="UserId">About whom.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Reason">Why.</param>
/// <param name="Text">The sentence that the person reads.</param>
/// <param name="Duration">Null for ever; a warning has none.</param>
/// <param name="CaseId">The case that it answers.</param>
/// <param name="DecidedBy">The admin; null only for a hold that comes by the weight of reports.</param>
internal sealed record NewMeasure(
    Guid MeasureId, Guid UserId, MeasureKind Kind, Reason Reason, string Text, TimeSpan? Duration, Guid? CaseId, Guid? DecidedBy);

/// <param name="MeasureId">Which.</param>
/// <param name="UserId">About whom.</param>
/// <param name="Kind">What is done.</param>
/// <param name="Reason">Why.</param>
/// <param name="Text">The sentence that the person reads.</param>
/// <param name="CaseId">The case that it answers.</param>
/// <param name="DecidedBy">The admin; null for a hold that came by the weight of reports.</param>
/// <param name="TakenAt">When.</param>
/// <param name="Until">Until when; null for ever, and for a warning.</param>
/// <param name="LiftedAt">When it was ended before its time.</param>
/// <param name="LiftedBy">By whom; null when by nobody.</param>
/// <param name="SeenAt">When the person acknowledged a warning.</param>
/// <param name="InForce">Neither lifted nor over, by the store's clock.</param>
internal sealed record Measure(
    Guid MeasureId, Guid UserId, MeasureKind Kind, Reason Reason, string Text, Guid? CaseId, Guid? DecidedBy, DateTimeOffset TakenAt,
    DateTimeOffset? Until, DateTimeOffset? LiftedAt, Guid? LiftedBy, DateTimeOffset? SeenAt, bool InForce);
