using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Matching;

/// <summary>Both ways to meet: the queue and invites.</summary>
internal static class MatchingFeature
{
    public static void AddMatching(this IServiceCollection services)
    {
        services.AddSettings<MatchingOptions>();
        services.AddSingleton(provider => MatchRules.Default with
        {
            LanguagesHardFor = provider.GetRequiredService<IOptions<MatchingOptions>>().Value.LanguagesHardFor,
        });
        services.AddStore<IMatchStore, InMemoryMatchStore, PostgresMatchStore>();
        services.AddStore<IInviteStore, InMemoryInviteStore, PostgresInviteStore>();
        services.AddCleanup<IMatchStore>("lost_tickets", (store, limit) => store.CountLost(limit), (store, limit) => store.DeleteLost(limit));
        services.AddCleanup<IInviteStore>("ended_invites", (store, limit) => store.CountEnded(limit), (store, limit) => store.DeleteEnded(limit));
        services.AddBound<InviteRates>("rates_invites_sent", r => r.Sent.Keys, r => r.Sent.MaxKeys, r => r.Sent.Evictions);
        services.AddBound<InviteRates>("rates_invites_received", r => r.Received.Keys, r => r.Received.MaxKeys, r => r.Received.Evictions);
        services.AddBound<LiveInvites>("live_invites", i => i.Count, _ => LiveInvites.Max, i => i.Refused);
        services.AddBound<LiveInvites>("invites_over", i => i.Over, _ => LiveInvites.Max);
        services.AddBound<Queue>("tickets", q => q.Count, q => q.Max, q => q.NotHeld);
        services.AddBound<PostgresMatchStore>(
            "joins_backlog", s => s.Backlog.Backlog, s => s.Backlog.Capacity, s => s.Backlog.Refused, embedded: false);
        services.AddBound<InMemoryInviteStore>(
            "embedded_invites", s => s.Count, _ => InMemoryInviteStore.MaxInvites, embedded: true);
        services.AddSingleton<IClaims, InMemoryClaims>();
        services.AddSingleton<MatchingMetrics>();
        services.AddSingleton<QueueMetrics>();
        services.AddSingleton<IHealthSection, QueueHealth>();
        services.AddSingleton<Pairing>();
        services.AddSingleton<Intake>();
        services.AddBound<Intake>("tickets_heard", i => i.Heard, _ => Intake.MaxHeard, i => i.NotHeard);
        services.AddSingleton<Queue>();
        services.AddSingleton<IKeptPlace>(provider => provider.GetRequiredService<Queue>());
        services.AddSingleton<LiveFigures>();
        services.AddSingleton<InviteRates>();
        services.AddSingleton<LiveInvites>();
        services.AddSingleton<Invites>();
        services.AddBound<MatchingElsewhere>("invites_heard", e => e.Work.Count, e => e.Work.Capacity, e => e.Work.Refused);
        services.AddFollower<MatchingElsewhere>();
        services.AddSingleton<IErasable, TicketErasure>();
        services.AddHostedService<PairingWorker>();
        services.AddHostedService<InviteClock>();
    }

    public static void MapMatching(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<QueueMetrics>();
        routes.MapGet("/api/stats/live", async (LiveFigures figures) => Results.Ok(await figures.Read()));
    }

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
