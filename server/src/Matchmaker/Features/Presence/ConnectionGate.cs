using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Around the whole life of a hub connection: its place is taken before the upgrade and given back when the request
/// ends, exactly once, whatever happens in between. A socket that never says its handshake is counted too.
/// </summary>
internal sealed class ConnectionGate(RequestDelegate next, Presence presence, Admission admission, ClientKeys keys, Lifecycle lifecycle, PresenceMetrics metrics)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments("/hub", out var rest))
        {
            await next(context);
            return;
        }

        // No negotiation: its answer would be worth nothing behind a proxy without sticky sessions.
        if (rest.HasValue || !context.WebSockets.IsWebSocketRequest)
        {
            await Problems.Write(context, CommonRefusals.NotFound);
            return;
        }

        if (lifecycle.IsDraining)
        {
            await Refuse(context, PresenceRefusals.Draining);
            return;
        }

        if (context.Items[HubTicketHandler.ConnectionItem] is not Connection connection)
        {
            await Refuse(context, PresenceRefusals.InvalidHubTicket);
            return;
        }

        connection.From = await keys.Of(context);
        try
        {
            if (await presence.Open(connection, admission.IsKept(connection.UserId)) is { } no)
            {
                await Refuse(context, no);
                return;
            }

            await next(context);
        }
        finally
        {
            await presence.Close(connection);
        }
    }

    private Task Refuse(HttpContext context, Refusal no)
    {
        metrics.Rejected(no.Code, "upgrade");
        return Problems.Write(context, no);
    }
}
