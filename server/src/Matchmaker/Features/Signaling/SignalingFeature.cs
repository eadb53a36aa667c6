using System.Security.Claims;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Signaling;

/// <summary>What WebRTC needs to connect two browsers: a relay of signals and addresses of ICE servers.</summary>
internal static class SignalingFeature
{
    public static void AddSignaling(this IServiceCollection services)
    {
        services.AddOptions<SignalingOptions>()
            .BindConfiguration(SignalingOptions.Section, o => o.ErrorOnUnknownConfiguration = true)
            .Configure<IConfiguration>((o, c) =>
            {
                foreach (var url in (c["TURN_URLS"] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                {
                    o.TurnUrls.Add(url);
                }

                o.TurnSecret = c["TURN_SECRET"] is { Length: > 0 } secret ? secret : o.TurnSecret;
            })
            .ValidateDataAnnotations()
            .Validate(o => o.TurnUrls.All(IsTurn) && o.StunUrls.All(IsStun), "TURN_URLS must be turn: or turns: addresses, StunUrls stun: ones")
            .Validate(o => o.TurnUrls.Count == 0 || o.TurnSecret is { Length: >= 16 }, "TURN_URLS needs a TURN_SECRET of at least 16 characters")
            .ValidateOnStart();
        services.AddBound<Relay>("signal_bytes", r => r.Budget.Bytes, r => r.Budget.MaxBytes, r => r.Budget.Dropped);
        services.AddSingleton<Relay>();
        services.AddFollower<SignalsElsewhere>();
        services.AddSingleton<IceServers>();
    }

    public static void MapSignaling(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<Relay>(); // it has to hear of the first call
        routes.MapGet("/api/ice-servers", async (ClaimsPrincipal user, IceServers servers) => Results.Ok(await servers.For(user.UserId())))
            .RequireAuthorization();
    }

    private static bool IsTurn(string url) =>
        url.StartsWith("turn:", StringComparison.Ordinal) || url.StartsWith("turns:", StringComparison.Ordinal);

    private static bool IsStun(string url) => url.StartsWith("stun:", StringComparison.Ordinal);
}
