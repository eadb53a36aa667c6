using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Http;

/// <summary>
/// Which pages may talk to us. CORS does not guard WebSockets, so the hub asks here before its upgrade. A request
/// without an Origin does not come from a page.
/// </summary>
internal sealed class OriginRule(IOptions<HttpOptions> options)
{
    private readonly HashSet<string> _allowed = [.. options.Value.Origins()];

    /// <summary>True without an Origin, for our own pages and for listed ones.</summary>
    public bool Allows(HttpRequest request) =>
        request.Headers.Origin is [] or [null or ""]
        || (request.Headers.Origin is [{ } origin] && (_allowed.Contains(origin) || IsOwn(origin, request)));

    /// <summary>True without an Origin and for our own pages only.</summary>
    public static bool IsLocalTo(HttpRequest request) =>
        request.Headers.Origin is [] or [null or ""] || (request.Headers.Origin is [{ } origin] && IsOwn(origin, request));

    /// <summary>True for our own pages only, which say so.</summary>
    public static bool IsOwnPage(HttpRequest request) =>
        request.Headers.Origin is [{ Length: > 0 } origin] && IsOwn(origin, request);

    /// <summary>
    /// Same host and port. A page over https is ours even if we only see http (a proxy may end TLS without a word); a
    /// page over http is not when we are reached over https.
    /// </summary>
    private static bool IsOwn(string origin, HttpRequest request)
    {
        if (!HttpOptions.IsOrigin(origin) || (origin.StartsWith("http:", StringComparison.Ordinal) && request.IsHttps))
        {
            return false;
        }

        var uri = new Uri(origin);
        var host = request.Host;
        return host.HasValue
            && string.Equals(uri.Host, host.Host, StringComparison.OrdinalIgnoreCase)
            && uri.Port == (host.Port ?? (uri.Scheme == "https" ? 443 : 80));
    }
}
