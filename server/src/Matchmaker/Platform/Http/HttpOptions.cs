using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Matchmaker.Platform.Settings;

namespace Matchmaker.Platform.Http;

/// <summary>
/// The edge. Section <c>Http</c>; the lists and the token come from <c>ALLOWED_ORIGINS</c>, <c>CLIENT_IP_HEADER</c>,
/// <c>TRUSTED_PROXIES</c> and <c>OPERATOR_TOKEN</c>.
/// </summary>
internal sealed class HttpOptions
{
    public const string Section = "Http";

    /// <summary>Of the operator's token in Production: what is shorter is a word that somebody thought of.</summary>
    public const int LeastTokenLength = 12;

    /// <summary>Largest body of a request in bytes (the contract's figure); nothing here needs a tenth of it.</summary>
    [Range(65_536, 10_485_760)]
    public int MaxBodyBytes { get; set; } = 1_048_576;

    /// <summary>TCP connections at once, those that became the hub's not counted; each has buffers. One more is closed.</summary>
    [Range(100, 1_000_000)]
    public int MaxTcpConnections { get; set; } = 10_000;

    /// <summary>Time for a whole request, the hub's excepted (the contract's figure).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Time for a request's headers to arrive: a browser sends them in one packet.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Bytes a second that a body and an answer have to move at, on average, or the connection is closed.</summary>
    [Range(1, 1_000_000)]
    public int MinBytesPerSecond { get; set; } = 240;

    /// <summary>How long they may be slower before that: a tunnel.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:01:00")]
    public TimeSpan SlowFor { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection without a request is kept, by which a browser saves a handshake.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Origins besides our own that may call us, exactly as a browser writes them. From <c>ALLOWED_ORIGINS</c>, with commas.</summary>
    [Variable("ALLOWED_ORIGINS")]
    public string AllowedOrigins { get; set; } = "";

    /// <summary>The header in which our own proxy names the client; empty: the peer is the client. From <c>CLIENT_IP_HEADER</c>.</summary>
    [Variable("CLIENT_IP_HEADER")]
    public string ClientIpHeader { get; set; } = "";

    /// <summary>
    /// Peers whose header counts, as addresses or networks with commas: by default whoever calls from a private network.
    /// From <c>TRUSTED_PROXIES</c>.
    /// </summary>
    [Variable("TRUSTED_PROXIES")]
    public string TrustedProxies { get; set; } =
        "127.0.0.0/8,::1/128,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,fc00::/7,fe80::/10";

    /// <summary>The operator's bearer token. From <c>OPERATOR_TOKEN</c>.</summary>
    [Variable("OPERATOR_TOKEN")]
    public string? OperatorToken { get; set; }

    // Methods, because binding reads every property, and a wrong value is reported later and better.
    public IReadOnlyList<string> Origins() => Split(AllowedOrigins);

    public IReadOnlyList<IPNetwork> Proxies() => [.. Split(TrustedProxies).Select(ParseNetwork)];

    public static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https"
        && uri.UserInfo.Length == 0
        && uri.GetLeftPart(UriPartial.Authority) == text;

    public static bool AreNetworks(string text)
    {
        try
        {
            return Split(text).Select(ParseNetwork).ToList().Count > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The name of a header; <c>Forwarded</c> is not one that holds a list of addresses.</summary>
    public static bool IsAddressHeader(string text) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && !text.Equals("Forwarded", StringComparison.OrdinalIgnoreCase);

    private static IPNetwork ParseNetwork(string text)
    {
        if (!text.Contains('/'))
        {
            var address = IPAddress.Parse(text);
            text = $"{address}/{(address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)}";
        }

        // An IPv4 network written for a socket of IPv6, as peers are compared in their plain form.
        const int prefix = 96;
        var network = IPNetwork.Parse(text);
        return network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= prefix
            ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - prefix)
            : network;
    }

    private static string[] Split(string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
