using System.Security.Claims;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>Around the whole life of a console's connection, after authorization: its place is taken and given back once.</summary>
internal sealed class AdminGate(RequestDelegate next, AdminConnections connections, Outbox outbox, Lifecycle lifecycle)
{
    public const string Path = "/hubs/admin";

    public async Task InvokeAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(Path, out var rest))
        {
            await next(context);
            return;
        }

        if (rest.HasValue || !context.WebSockets.IsWebSocketRequest || AdminAuthentication.LoginOf(context) is not { } login)
        {
            await Problems.Write(context, CommonRefusals.NotFound);
            return;
        }

        if (lifecycle.IsDraining)
        {
            await Problems.Write(context, PresenceRefusals.Draining);
            return;
        }

        var id = Guid.NewGuid().ToString("N");
        if (!connections.TryEnter(id, login))
        {
            await Problems.Write(context, PresenceRefusals.ServerFull);
            return;
        }

        try
        {
            outbox.Open(id, login.AdminId);
            context.User.AddIdentity(new ClaimsIdentity([new Claim(ConnectionClaim.Id, id)]));
            await next(context);
        }
        finally
        {
            outbox.Remove(id);
            connections.Leave(id);
        }
    }
}
