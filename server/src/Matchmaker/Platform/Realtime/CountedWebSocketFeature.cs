using System.Net.WebSockets;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Realtime;

/// <summary>Puts a <see cref="CountedWebSocket"/> in front of every accepted socket.</summary>
internal sealed class CountedWebSocketFeature(IHttpWebSocketFeature inner, Func<WebSocket, WebSocket> wrap) : IHttpWebSocketFeature
{
    public bool IsWebSocketRequest => inner.IsWebSocketRequest;

    public async Task<WebSocket> AcceptAsync(WebSocketAcceptContext context) => wrap(await inner.AcceptAsync(context));
}

internal static class CountedWebSocketExtensions
{
    /// <summary>After <c>UseWebSockets</c> and before the hub: SignalR keeps the feature that it finds.</summary>
    public static void UseCountedWebSockets(this IApplicationBuilder app)
    {
        var rates = app.ApplicationServices.GetRequiredService<IOptions<RateLimitOptions>>().Value;
        var time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        var metrics = app.ApplicationServices.GetRequiredService<RealtimeMetrics>();
        var logger = app.ApplicationServices.GetRequiredService<ILogger<CountedWebSocket>>();
        if (!rates.Enabled)
        {
            return;
        }

        app.Use((context, next) =>
        {
            if (context.Features.Get<IHttpWebSocketFeature>() is { IsWebSocketRequest: true } feature)
            {
                context.Features.Set<IHttpWebSocketFeature>(new CountedWebSocketFeature(feature, socket =>
                    new CountedWebSocket(socket, new TokenBucket(rates.FramesPerSecond, rates.FrameBurst, time), () =>
                    {
                        metrics.Flooded.Add(1);
                        RealtimeLog.Flooded(logger);
                    })));
            }

            return next(context);
        });
    }
}
