using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Http;

/// <summary>
/// Who is at the other end. A header counts only from a trusted peer, and is read from the right: what stands left of
/// the last address that is not ours was written by the client, who may write anything.
/// </summary>
internal static class ClientAddress
{
    private static void UseClientAddress(IApplicationBuilder app, HttpOptions options)
    {
        var proxies = options.Proxies();
        app.Use((context, next) =>
        {
            var peer = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
            context.Connection.RemoteIpAddress = peer;
            if (options.ClientIpHeader.Length > 0 && IsTrusted(peer, proxies))
            {
                context.Connection.RemoteIpAddress = Resolve(peer, context.Request.Headers[options.ClientIpHeader], proxies);
                if (context.Request.Headers["X-Forwarded-Proto"].ToString().EndsWith("https", StringComparison.OrdinalIgnoreCase))
                {
                    context.Request.Scheme = "https";
                }
            }

            return next(context);
        });
    }

    /// <summary>The client behind a trusted peer.</summary>
    public static IPAddress Resolve(IPAddress peer, IEnumerable<string?> values, IReadOnlyList<IPNetwork> proxies)
    {
        var client = peer;
        foreach (var text in values.SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries)).Reverse())
        {
            if (Parse(text) is not { } address)
            {
                return client;
            }

            client = address;
            if (!IsTrusted(client, proxies))
            {
                return client;
            }
        }

        return client;
    }

    /// <summary>An address as a proxy writes it, plain; null for anything else, such as "1", which the framework takes for 0.0.0.1.</summary>
    private static IPAddress? Parse(string text) =>
        IPAddress.TryParse(text, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text)
            ? Plain(address)
            : null;

    /// <summary>What counts as one address for a rate: a household gets a whole IPv6 /64, and so does an attacker.</summary>
    public static UInt128 Key(IPAddress? address)
    {
        Span<byte> bytes = stackalloc byte[16];
        (address ?? IPAddress.None).MapToIPv6().TryWriteBytes(bytes, out _);
        if (address is { AddressFamily: AddressFamily.InterNetworkV6 })
        {
            bytes[8..].Clear();
        }

        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    /// <summary>
    /// Before everything else in the pipeline, whatever its order: from here on <c>Connection.RemoteIpAddress</c> is the
    /// client, and the scheme is the client's.
    /// </summary>
    internal sealed class First(IOptions<HttpOptions> options) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            UseClientAddress(app, options.Value);
            next(app);
        };
    }

    private static bool IsTrusted(IPAddress address, IReadOnlyList<IPNetwork> proxies) => proxies.Any(p => p.Contains(address));

    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : address is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? new IPAddress(address.GetAddressBytes())
        : address;
}
