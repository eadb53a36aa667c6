namespace Matchmaker.Features.Safety;

internal enum AppealOutcome
{
    /// <summary>The measure is lifted.</summary>
    Granted,

    /// <summary>The measure stands.</summary>
    Upheld,
}

/// <param name="AppealId">Which.</param>
/// <param name="Measure">Against what.</param>
/// <param name="Text">What the person says.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="DecidedBy">The admin who heard it; never the one who took the measure.</param>
/// <param name="DecidedAt">When.</param>
/// <param name="Outcome">Null while it is open.</param>
/// <param name="Answer">The sentence that the person reads.</param>
internal sealed record Appeal(
    Guid AppealId, Measure Measure, string Text, DateTimeOffset CreatedAt, Guid? DecidedBy, DateTimeOffset? DecidedAt,
    AppealOutcome? Outcome, string? Answer);

internal enum FileOutcome
{
    Filed,

    /// <summary>There was one against this measure before.</summary>
    Exists,

    /// <summary>Nothing is held against the person.</summary>
    Nothing,
}

internal enum DecideOutcome
{
    Decided,
    NotFound,
    AlreadyDecided,

    /// <summary>Who took the measure does not judge it.</summary>
    SameDecider,
}
