using System.Security.Claims;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Signaling;

/// <summary>What WebRTC needs to connect two browsers: a relay of signals and addresses of ICE servers.</summary>
internal static class SignalingFeature
{
    private const int MaxTurnUrls = 8;

    public static void AddSignaling(this IServiceCollection services)
    {
        services.AddSettings<SignalingOptions>()
            .Configure<IConfiguration>((o, c) =>
            {
                foreach (var url in (c["TURN_URLS"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    o.TurnUrls.Add(url);
                }
            })
            .Must(o => o.StunUrls.FirstOrDefault(url => !IsStun(url)) is { } wrong
                ? $"Signaling__StunUrls must be stun: addresses, but has {SettingText.Given(wrong)}"
                : null)
            .Must(o => o.TurnUrls.FirstOrDefault(url => TurnUrl.Parse(url) is null) is { } wrong
                ? "TURN_URLS must be addresses such as turn:host:3478?transport=udp, …?transport=tcp or turns:host:5349, with commas, "
                    + $"but has {SettingText.Given(wrong)}"
                : null)
            .Must(o => o.TurnUrls.Count <= MaxTurnUrls ? null : $"TURN_URLS may have {MaxTurnUrls} addresses, but has {o.TurnUrls.Count}: browsers ask all of them")
            .Must(o => o.TurnSecret is null or { Length: >= 16 } ? null : "TURN_SECRET must have at least 16 characters")
            .Must(o => o.TurnUrls.Count == 0 || (o.TurnSecret is null) != (o.TurnUsername is null)
                ? null
                : "TURN_URLS needs either TURN_SECRET, or Signaling__TurnUsername with Signaling__TurnCredential")
            .Must(o => o.TurnUsername is null == o.TurnCredential is null
                ? null
                : "Signaling__TurnUsername and Signaling__TurnCredential need each other")
            .Must(o => o.TurnUrls.Count > 0 || (o.TurnSecret ?? o.TurnUsername) is null
                ? null
                : "TURN_SECRET or Signaling__TurnUsername without TURN_URLS is of no use");
        services.AddBound<Relay>("signal_bytes", r => r.Budget.Bytes, r => r.Budget.MaxBytes, r => r.Budget.Dropped);
        services.AddSingleton<RelayMetrics>();
        services.AddSingleton<Relay>();
        services.AddFollower<SignalsElsewhere>();
        services.AddSingleton<IIceServerSource>(provider => Source(provider.GetRequiredService<IOptions<SignalingOptions>>().Value));
        services.AddSingleton<TurnWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<TurnWatch>());
        services.AddSingleton<IHealthSection, TurnHealth>();
        services.AddSingleton<SignalingMetrics>();
        services.AddSingleton<IceServers>();
        services.AddBound<IceServers>("rates_turn", i => i.Rates.Keys, i => i.Rates.MaxKeys, i => i.Rates.Evictions);
    }

    public static void MapSignaling(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<Relay>(); // it has to hear of the first call
        routes.ServiceProvider.GetRequiredService<SignalingMetrics>(); // a gauge that nobody made is not seen
        routes.MapGet("/api/ice-servers", async (ClaimsPrincipal user, IceServers servers) =>
            Problems.Answer(await servers.For(user.UserId()), answer => Results.Ok(answer))).RequireAuthorization();
    }

    private static IIceServerSource Source(SignalingOptions o)
    {
        var urls = o.TurnUrls.Select(url => TurnUrl.Parse(url)!).ToList();
        return urls.Count == 0 ? new NoIceServerSource()
            : o.TurnSecret is { } secret ? new CoturnIceServerSource(urls, secret)
            : new StaticIceServerSource(urls, o.TurnUsername!, o.TurnCredential!);
    }

    private static bool IsStun(string url) => url.StartsWith("stun:", StringComparison.Ordinal);
}
