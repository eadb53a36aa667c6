namespace Matchmaker.Platform.Refusals;

/// <summary>The refusals that belong to no feature.</summary>
internal static class CommonRefusals
{
    public static readonly Refusal UnknownMethod = new("unknown_method", "The hub has no such method.");

    public static readonly Refusal RateLimited =
        new("rate_limited", "Too many requests.", RetryAfterSeconds: 1, Status: StatusCodes.Status429TooManyRequests);

    public static readonly Refusal Unavailable =
        new("unavailable", "This cannot be done right now.", RetryAfterSeconds: 2, Status: StatusCodes.Status503ServiceUnavailable);

    public static readonly Refusal Internal =
        new("internal", "The server made a mistake.", Status: StatusCodes.Status500InternalServerError);

    public static readonly Refusal NotFound = new("not_found", "There is no such thing here.", Status: StatusCodes.Status404NotFound);

    public static readonly Refusal TooLarge =
        new("too_large", "The message is larger than allowed.", Status: StatusCodes.Status413PayloadTooLarge);

    public static readonly Refusal Forbidden =
        new("forbidden", "This origin or caller may not do that.", Status: StatusCodes.Status403Forbidden);

    /// <summary>The argument <paramref name="field"/> has the wrong type, range or form.</summary>
    public static Refusal InvalidArgument(string? field, string message = "An argument is missing or has the wrong type.") =>
        new("invalid_argument", message, Field: field, Status: StatusCodes.Status400BadRequest);
}
