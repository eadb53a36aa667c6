namespace Matchmaker.Features.Safety;

/// <summary>
/// Where somebody stands: the strictest measure in force, or a warning that they have not seen, or nothing.
/// </summary>
/// <param name="Kind">Null: nothing is held against them.</param>
/// <param name="Reason">Why.</param>
/// <param name="Text">The sentence that the person reads.</param>
/// <param name="Until">Until when; null for ever.</param>
/// <param name="Remaining">The same by the store's clock; null for ever.</param>
/// <param name="Appealable">Nobody has appealed against it yet.</param>
/// <param name="MeasureId">Which measure.</param>
internal sealed record Standing(
    MeasureKind? Kind, Reason? Reason, string? Text, DateTimeOffset? Until, TimeSpan? Remaining, bool Appealable, Guid? MeasureId)
{
    public static readonly Standing Free = new(null, null, null, null, null, false, null);

    public bool IsBanned => Kind == MeasureKind.Ban;

    /// <summary>Held or banned: meets nobody.</summary>
    public bool IsBarred => Kind is MeasureKind.Hold or MeasureKind.Ban;
}
