using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Matching;

/// <summary>Both ways to meet: the queue and invites.</summary>
internal static class MatchingFeature
{
    public static void AddMatching(this IServiceCollection services)
    {
        services.AddOptions<MatchingOptions>()
            .BindConfiguration(MatchingOptions.Section, o => o.ErrorOnUnknownConfiguration = true).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton(provider => MatchRules.Default with
        {
            LanguagesHardFor = provider.GetRequiredService<IOptions<MatchingOptions>>().Value.LanguagesHardFor,
        });
        services.AddStore<IMatchStore, InMemoryMatchStore, PostgresMatchStore>();
        services.AddStore<IInviteStore, InMemoryInviteStore, PostgresInviteStore>();
        services.AddSingleton<IClaims, InMemoryClaims>();
        services.AddSingleton<MatchingMetrics>();
        services.AddSingleton<IHealthSection, QueueHealth>();
        services.AddSingleton<Pairing>();
        services.AddSingleton<Queue>();
        services.AddSingleton<IKeptPlace>(provider => provider.GetRequiredService<Queue>());
        services.AddSingleton<InviteRates>();
        services.AddSingleton<LiveInvites>();
        services.AddSingleton<Invites>();
        services.AddSingleton<IErasable, TicketErasure>();
        services.AddHostedService<PairingWorker>();
        services.AddHostedService<InviteClock>();
    }

    public static void MapMatching(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/stats/live", (ConnectionManager connections, Pairing pairing, LiveCalls calls) =>
            Results.Ok(new LiveStats(connections.Users, pairing.Waiting, calls.Count)));

    /// <summary>Somebody erases their account: they wait for nobody any more.</summary>
    private sealed class TicketErasure(Queue queue, IPresenceStore presence) : IErasable
    {
        public async Task Erase(Guid userId)
        {
            await presence.SetAvailable(userId, false);
            await queue.Leave(userId);
        }
    }
}
