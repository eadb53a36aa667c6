using System.Text.Json;
using System.Text.RegularExpressions;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Platform.Http;

/// <summary>Every failure of a request as problem+json with a code; never an exception's text.</summary>
internal sealed partial class Failures(RequestDelegate next, ILogger<Failures> logger)
{
    private static readonly string[] _methods =
    [
        HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete, HttpMethods.Options,
    ];

    public async Task Invoke(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (context.RequestAborted.IsCancellationRequested && e is OperationCanceledException or IOException)
            {
                // Whoever asked is gone.
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return;
            }

            context.Response.ContentLength = null;
            await Problems.Write(context, Describe(e, context.Request));
            return;
        }

        if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null }
            && Bare(context) is { } no)
        {
            await Problems.Write(context, no);
        }
    }

    private Refusal Describe(Exception e, HttpRequest request)
    {
        switch (e)
        {
            case BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge }:
                return CommonRefusals.TooLarge;
            case BadHttpRequestException bad:
                return CommonRefusals.InvalidArgument(Field(bad)) with { Status = bad.StatusCode };
            case JsonException json:
                return CommonRefusals.InvalidArgument(Field(json.Path));
            case var _ when DatabaseFailure.IsAway(e):
                HttpLog.DatabaseAway(logger, Method(request), Route(request));
                return CommonRefusals.Unavailable;
            default:
                HttpLog.RequestFailed(logger, e, Method(request), Route(request));
                return CommonRefusals.Internal;
        }
    }

    /// <summary>The route as it is written in the code: a path is what a client wrote, and so may be a method.</summary>
    private static string Route(HttpRequest request) =>
        (request.HttpContext.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "(no route)";

    private static string Method(HttpRequest request) => _methods.Contains(request.Method) ? request.Method : "(another method)";

    /// <summary>An answer that is only a status: an unknown route, a wrong method.</summary>
    private static Refusal? Bare(HttpContext context) => context.Response.StatusCode switch
    {
        _ when !context.Request.Path.StartsWithSegments("/api") => null,
        StatusCodes.Status404NotFound or StatusCodes.Status405MethodNotAllowed =>
            CommonRefusals.NotFound with { Status = context.Response.StatusCode },
        StatusCodes.Status413PayloadTooLarge => CommonRefusals.TooLarge,
        >= 500 => CommonRefusals.Internal with { Status = context.Response.StatusCode },
        _ => CommonRefusals.InvalidArgument(null) with { Status = context.Response.StatusCode },
    };

    private static string? Field(BadHttpRequestException e) =>
        e.InnerException is JsonException json ? Field(json.Path)
        // The framework's only way to name a wrong query or route value. (A missing body has no name that a client knows.)
        : !e.Message.Contains("body", StringComparison.Ordinal) && Parameter().Match(e.Message) is { Success: true } match ? match.Groups[1].Value
        : null;

    /// <summary><c>$.languages[0]</c> is about <c>languages</c>.</summary>
    private static string? Field(string? path) =>
        path?.TrimStart('$', '.').Split('.', '[')[0] is { Length: > 0 } field ? field : null;

    [GeneratedRegex("parameter \"(?:\\S+ )?(\\w+)\"")]
    private static partial Regex Parameter();
}
