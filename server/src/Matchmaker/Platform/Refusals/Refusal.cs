namespace Matchmaker.Platform.Refusals;

/// <summary>
/// An expected "no" to a user: a value, never an exception. Every feature lists its own in a <c>…Refusals</c> file;
/// codes are unique and stand in protocol.md.
/// </summary>
/// <param name="Code">Stable, snake case; what a client branches on.</param>
/// <param name="Message">One sentence for a developer's console.</param>
/// <param name="RetryAfterSeconds">Set when trying again can help: whole seconds until then.</param>
/// <param name="Field">The argument or field that is wrong.</param>
/// <param name="Status">The status of an HTTP answer; the hub does not use it.</param>
/// <param name="More">Fields that an HTTP answer has besides.</param>
internal sealed record Refusal(
    string Code,
    string Message,
    int? RetryAfterSeconds = null,
    string? Field = null,
    int Status = StatusCodes.Status409Conflict,
    IReadOnlyDictionary<string, object?>? More = null)
{
    /// <summary>The same "no" with the time after which to try again, at least one second.</summary>
    public Refusal After(TimeSpan wait) => this with { RetryAfterSeconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) };
}
