using System.Net;
using System.Security.Cryptography;
using System.Text;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Http;

/// <summary>
/// Who counts as the operator: the bearer of <c>OPERATOR_TOKEN</c>. Without one, outside Production, somebody at this
/// very machine: straight over loopback, through no proxy, under a local name (a foreign one that resolves to loopback
/// is a page's trick) and from no foreign page.
/// </summary>
internal sealed class OperatorAccess(IOptions<HttpOptions> options, IHostEnvironment environment)
{
    private static readonly string[] _forwarding =
    [
        "Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Server",
        "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP", "Fly-Client-IP", "X-Envoy-External-Address",
    ];

    public bool IsOperator(HttpContext context) => options.Value.OperatorToken is { Length: > 0 } token
        ? BearsToken(context.Request, token)
        : !environment.IsProduction() && IsAtThisMachine(context);

    private static bool BearsToken(HttpRequest request, string token)
    {
        const string prefix = "Bearer ";
        string? header = request.Headers.Authorization;
        return header is not null
            && header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Hash(header[prefix.Length..].Trim()), Hash(token));
    }

    private bool IsAtThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } peer && IPAddress.IsLoopback(peer)
        && !_forwarding.Append(options.Value.ClientIpHeader).Any(h => h.Length > 0 && context.Request.Headers.ContainsKey(h))
        && context.Request.Host.Host is "localhost" or "127.0.0.1" or "[::1]" or "::1"
        && OriginRule.IsLocalTo(context.Request);

    // Hashed first: the comparison takes the same time whatever the length.
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}

/// <summary>Marks a route as the operator's.</summary>
internal sealed record ForOperator;

internal static class OperatorAccessExtensions
{
    /// <summary>Everybody else hears <c>forbidden</c>.</summary>
    public static TBuilder RequireOperator<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new ForOperator()).AddEndpointFilter(async (invocation, next) =>
            invocation.HttpContext.RequestServices.GetRequiredService<OperatorAccess>().IsOperator(invocation.HttpContext)
                ? await next(invocation)
                : Problems.From(CommonRefusals.Forbidden));
}
