using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Matchmaker.Features.Signaling;

/// <summary>
/// Servers with which we share a secret (coturn's REST scheme): the expiry and the user as name, an HMAC-SHA1 of it as
/// password. They count allocations by user, and forget nobody because they know nobody.
/// </summary>
internal sealed class CoturnIceServerSource(IReadOnlyList<TurnUrl> urls, string secret) : IIceServerSource
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(secret);

    public string Provider => "coturn";

    public IReadOnlyList<TurnUrl> Urls => urls;

    [SuppressMessage("Security", "CA5350", Justification = "coturn's REST scheme is defined with HMAC-SHA1")]
    public IceServer Admit(string user, IEnumerable<TurnUrl> urls, DateTimeOffset expires)
    {
        var name = $"{expires.ToUnixTimeSeconds()}:{user}";
        return new IceServer(
            [.. urls.Select(url => url.Text)], name, Convert.ToBase64String(HMACSHA1.HashData(_secret, Encoding.UTF8.GetBytes(name))));
    }
}
