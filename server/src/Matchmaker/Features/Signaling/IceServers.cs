using System.Security.Cryptography;
using System.Text;
using Matchmaker.Platform.Http;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Signaling;

/// <summary>
/// The ICE servers of a user. TURN credentials (coturn's REST scheme: the expiry and the user as name, an HMAC-SHA1 of it
/// as password) go only to somebody in a call, and hold only as long as a call can.
/// </summary>
internal sealed class IceServers(Calls.Calls calls, TimeProvider time, IOptions<SignalingOptions> options)
{
    public async Task<IceServersResponse> For(Guid userId)
    {
        var o = options.Value;
        var expires = time.GetUtcNow() + o.TurnLifetime;
        var servers = new List<IceServer>();
        if (o.StunUrls.Count > 0)
        {
            servers.Add(new IceServer([.. o.StunUrls]));
        }

        if (o.TurnUrls.Count == 0 || o.TurnSecret is null)
        {
            return new IceServersResponse(servers, expires, servers.Count > 0 ? "stun" : "none");
        }

        if (await calls.Find(userId) is null)
        {
            return new IceServersResponse(servers, expires, "coturn");
        }

        var name = $"{expires.ToUnixTimeSeconds()}:{WireId.Format(userId)}";
        servers.Add(new IceServer([.. o.TurnUrls], name, Credential(o.TurnSecret, name)));
        return new IceServersResponse(servers, expires, "coturn");
    }

    // The scheme that TURN servers understand; SHA-1 is theirs to choose.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Security", "CA5350", Justification = "coturn's REST scheme is defined with HMAC-SHA1")]
    private static string Credential(string secret, string name) =>
        Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(name)));
}
