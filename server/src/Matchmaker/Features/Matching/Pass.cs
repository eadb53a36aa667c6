namespace Matchmaker.Features.Matching;

/// <summary>
/// One walk along a line, a few steps at a time. It ends at the place that was last when it began: people who arrive
/// meanwhile would otherwise keep it from ever starting over.
/// </summary>
internal readonly record struct Pass(Place After, Place Until)
{
    /// <summary>Not begun; begins at the front.</summary>
    public static Pass NotBegun => new(Place.Start, Place.Start);

    public bool HasBegun => Until > Place.Start;

    public Pass BeginIfNeeded(Place last) => HasBegun ? this : new Pass(Place.Start, last);

    public Pass MovedTo(Place place) => this with { After = place };
}
