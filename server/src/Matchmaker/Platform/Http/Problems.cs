using Matchmaker.Platform.Refusals;

namespace Matchmaker.Platform.Http;

/// <summary>A refusal as an HTTP answer: RFC 9457 problem+json with a stable <c>code</c>, and <c>Retry-After</c>.</summary>
internal static class Problems
{
    public static IResult From(Refusal no)
    {
        var extensions = new Dictionary<string, object?> { ["code"] = no.Code };
        if (no.RetryAfterSeconds is { } seconds)
        {
            extensions["retryAfterSeconds"] = seconds;
        }

        if (no.Field is { } field)
        {
            extensions["field"] = field;
        }

        foreach (var (key, value) in no.More ?? new Dictionary<string, object?>())
        {
            extensions[key] = value;
        }

        return new WithRetryAfter(Results.Problem(detail: no.Message, statusCode: no.Status, extensions: extensions), no.RetryAfterSeconds);
    }

    public static IResult Answer<T>(Outcome<T> outcome, Func<T, IResult> yes) =>
        outcome.No is { } no ? From(no) : yes(outcome.Value!);

    public static Task Write(HttpContext context, Refusal no) => From(no).ExecuteAsync(context);

    private sealed class WithRetryAfter(IResult inner, int? seconds) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (seconds is { } s)
            {
                httpContext.Response.Headers.RetryAfter = s.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            return inner.ExecuteAsync(httpContext);
        }
    }
}
