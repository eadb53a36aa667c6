using System.Globalization;

namespace Matchmaker.Features.Signaling;

/// <summary>The way to a TURN server. Browsers speak no DTLS to one, so TLS is over TCP.</summary>
internal enum TurnTransport
{
    Udp,
    Tcp,
    Tls,
}

/// <summary>An address of a TURN server (RFC 7065), such as <c>turn:host:3478?transport=udp</c>.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Host">A name or an address, an IPv6 one without its brackets.</param>
/// <param name="Port">3478, and 5349 for TLS, when none is written.</param>
/// <param name="Transport">UDP when none is written, and TLS with <c>turns:</c>.</param>
internal sealed record TurnUrl(string Text, string Host, int Port, TurnTransport Transport)
{
    private const string Plain = "turn:";
    private const string Secure = "turns:";
    private const string Query = "?transport=";

    /// <summary>The same server asked for one's own address only; a TURN server answers that to everybody. Null when not over UDP.</summary>
    public string? Stun => Transport == TurnTransport.Udp
        ? string.Create(CultureInfo.InvariantCulture, $"stun:{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}")
        : null;

    /// <summary>Null when it is none.</summary>
    public static TurnUrl? Parse(string text)
    {
        var isSecure = text.StartsWith(Secure, StringComparison.Ordinal);
        if (!isSecure && !text.StartsWith(Plain, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = text[(isSecure ? Secure : Plain).Length..];
        var query = rest.IndexOf('?', StringComparison.Ordinal);
        TurnTransport? transport = (isSecure, query < 0 ? "" : rest[query..]) switch
        {
            (false, "" or Query + "udp") => TurnTransport.Udp,
            (false, Query + "tcp") => TurnTransport.Tcp,
            (true, "" or Query + "tcp") => TurnTransport.Tls,
            _ => null,
        };
        // The parser of web addresses knows what a host and a port are; it must have found nothing else.
        var authority = query < 0 ? rest : rest[..query];
        if (transport is not { } way || authority.AsSpan().ContainsAny("/@#%\\")
            || !Uri.TryCreate($"turn://{authority}", UriKind.Absolute, out var uri) || uri.HostNameType == UriHostNameType.Unknown
            || uri.HostNameType == UriHostNameType.Basic || uri.DnsSafeHost.Length == 0 || uri.Port == 0)
        {
            return null;
        }

        return new TurnUrl(text, uri.IdnHost, uri.Port > 0 ? uri.Port : isSecure ? 5349 : 3478, way);
    }
}
