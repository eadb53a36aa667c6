using System.Net;

namespace Matchmaker.Features.Accounts;

/// <summary>The keys of whoever is at the other end of a request. The secret is asked for once and never changes.</summary>
internal sealed class ClientKeys(IAccountStore store)
{
    private volatile byte[]? _secret;

    /// <summary>Of the client, as the edge resolved it.</summary>
    public ValueTask<AddressKeys> Of(HttpContext context) => Of(context.Connection.RemoteIpAddress ?? IPAddress.None);

    public ValueTask<AddressKeys> Of(IPAddress address) =>
        _secret is { } secret ? new(AddressKeys.From(address, secret)) : Ask(address);

    private async ValueTask<AddressKeys> Ask(IPAddress address) => AddressKeys.From(address, _secret = await store.AddressSecret());
}
