using Microsoft.AspNetCore.SignalR;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// SignalR's own lifetime manager, which also hands each connection to the outbox. The connection's name is that of
/// its hub ticket (claim <see cref="ConnectionClaim.Id"/>), known before the upgrade and unique over all instances.
/// </summary>
internal sealed class OutboxHubLifetimeManager<THub>(
    ILogger<DefaultHubLifetimeManager<THub>> logger,
    Outbox outbox) : DefaultHubLifetimeManager<THub>(logger)
    where THub : Hub
{
    public override async Task OnConnectedAsync(HubConnectionContext connection)
    {
        await base.OnConnectedAsync(connection);
        if (connection.User.FindFirst(ConnectionClaim.Id)?.Value is { } id)
        {
            outbox.Attach(id, connection);
        }
    }
}

/// <summary>The claim of a hub ticket that names its connection.</summary>
internal static class ConnectionClaim
{
    public const string Id = "jti";
}
