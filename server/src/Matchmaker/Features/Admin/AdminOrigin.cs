using Matchmaker.Platform.Http;
using Matchmaker.Platform.Refusals;
using Microsoft.Net.Http.Headers;

namespace Matchmaker.Features.Admin;

/// <summary>
/// Before anybody is asked who they are: what changes something, and the hub's socket, comes from a page of ours. A
/// browser sends the cookie to no other site's requests either (SameSite), but a page of a neighbouring host counts as
/// the same site.
/// </summary>
internal static class AdminOrigin
{
    public static void UseAdminOrigin(this WebApplication app) => app.Use((context, next) =>
        IsTrusted(context.Request) ? next(context) : Problems.Write(context, CommonRefusals.Forbidden));

    private static bool IsTrusted(HttpRequest request) =>
        request.Path.StartsWithSegments("/hubs") ? OriginRule.IsOwnPage(request)
        : !request.Path.StartsWithSegments("/api/admin") || HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)
        || (OriginRule.IsOwnPage(request) && IsJson(request));

    // No form can send it, and a script of another origin has to ask first. Also without a body, so that it is one rule.
    private static bool IsJson(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
}
