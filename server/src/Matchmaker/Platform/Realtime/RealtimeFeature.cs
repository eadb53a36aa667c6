using System.Text.Json;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Settings;
using Microsoft.AspNetCore.Http.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Realtime;

/// <summary>SignalR as this server uses it: WebSockets only, JSON only, one call at a time, small buffers.</summary>
internal static class RealtimeFeature
{
    public static void AddRealtime(this IServiceCollection services)
    {
        services.AddSettings<RealtimeOptions>()
            .Must(o => o.MaxQueuedBytes >= o.MaxFrameBytes
                ? null
                : $"Realtime__MaxQueuedBytes ({o.MaxQueuedBytes}) must not be less than Realtime__MaxFrameBytes ({o.MaxFrameBytes}): "
                    + "one frame has to find room");
        services.AddSettings<RateLimitOptions>();
        services.AddSingleton<RealtimeMetrics>();
        services.AddSingleton<HubGuard>();
        services.AddSignalR(o => o.AddFilter<HubGuard>())
            .AddJsonProtocol(o =>
            {
                var options = new JsonSerializerOptions();
                WireJson.Apply(options);
                o.PayloadSerializerOptions = options;
            });
        services.AddOptions<HubOptions>().Configure<IOptions<RealtimeOptions>>((hub, realtime) =>
        {
            hub.MaximumReceiveMessageSize = realtime.Value.MaxFrameBytes;
            hub.HandshakeTimeout = realtime.Value.HandshakeTimeout;
            // Liveness is the WebSocket's own ping and pong: a hidden tab's timers are throttled. This decides nothing.
            hub.ClientTimeoutInterval = TimeSpan.FromSeconds(120);
            hub.KeepAliveInterval = TimeSpan.FromSeconds(15);
            // In order and one at a time for each client; no method waits for long work.
            hub.MaximumParallelInvocationsPerClient = 1;
            hub.StreamBufferCapacity = 1;
        });

        var json = services.Single(s => s.ServiceType == typeof(IHubProtocol));
        services.Remove(json);
        services.AddSingleton<IHubProtocol>(provider => new RefusingHubProtocol(
            (IHubProtocol)ActivatorUtilities.CreateInstance(provider, json.ImplementationType!)));
        services.AddBound<Outbox>("outbox_bytes", o => o.Waiting.Bytes, o => o.Waiting.Max);
        services.AddSingleton<ConnectionDirectory>();
        services.AddBound<ConnectionDirectory>("connections_elsewhere", d => d.Count, _ => ConnectionDirectory.Capacity);
        services.AddSingleton<Outbox>();
        services.AddSingleton<IOutbox>(provider => provider.GetRequiredService<Outbox>());
        services.TryAddSingleton<ICarrier, AloneCarrier>();
        services.AddHostedService<CatchUpWorker>();
        services.Replace(ServiceDescriptor.Singleton(typeof(HubLifetimeManager<>), typeof(OutboxHubLifetimeManager<>)));
    }

    /// <summary>Something that listens to other instances; made when the server starts.</summary>
    public static void AddFollower<TFollower>(this IServiceCollection services)
        where TFollower : class, IFollower
    {
        services.AddSingleton<TFollower>();
        services.AddSingleton<IFollower>(provider => provider.GetRequiredService<TFollower>());
    }

    /// <summary>WebSockets with our own pings, counted; before authentication, so that the hub finds both.</summary>
    public static void UseRealtime(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<RealtimeOptions>>().Value;
        app.UseWebSockets(new Microsoft.AspNetCore.Builder.WebSocketOptions { KeepAliveInterval = options.PingInterval, KeepAliveTimeout = options.PingTimeout });
        app.UseCountedWebSockets();
    }

    /// <summary>How the hub's endpoint behaves: no other transport, nothing kept for a connection that is gone.</summary>
    public static void Configure(HttpConnectionDispatcherOptions options, RealtimeOptions realtime)
    {
        options.Transports = HttpTransportType.WebSockets;
        options.WebSockets.CloseTimeout = TimeSpan.FromSeconds(2);
        options.TransportSendTimeout = realtime.SendTimeout;
        options.ApplicationMaxBufferSize = 128 * 1024;
        options.TransportMaxBufferSize = 64 * 1024;
        // The ticket is used once and only opens the connection; the session's end closes it.
        options.CloseOnAuthenticationExpiration = false;
    }
}
