using System.Security.Claims;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Matchmaker.Features.Safety;

/// <summary>Blocks by users, the cooldowns that follow a call, and what is done about people: measures, appeals, address bans, the audit.</summary>
internal static class SafetyFeature
{
    public static void AddSafety(this IServiceCollection services)
    {
        services.AddOptions<SafetyOptions>().BindConfiguration(SafetyOptions.Section, o => o.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EmbeddedLock>();
        services.AddStore<ISafetyStore, InMemorySafetyStore, PostgresSafetyStore>();
        services.AddBound<InMemorySafetyStore>(
            "embedded_blocks", s => s.BlockFigures.Count, _ => InMemorySafetyStore.MaxBlocks, s => s.BlockFigures.Dropped, embedded: true);
        services.AddBound<InMemorySafetyStore>(
            "embedded_cooldowns", s => s.CooldownFigures.Count, _ => InMemorySafetyStore.MaxCooldowns, s => s.CooldownFigures.Dropped, embedded: true);
        services.AddStore<IAuditStore, InMemoryAuditStore, PostgresAuditStore>();
        services.AddStore<IMeasureStore, InMemoryMeasureStore, PostgresMeasureStore>();
        services.AddStore<IAppealStore, InMemoryAppealStore, PostgresAppealStore>();
        services.AddStore<IAddressBanStore, InMemoryAddressBanStore, PostgresAddressBanStore>();
        services.AddSingleton<IMarks>(provider => provider.GetRequiredService<InMemoryMeasureStore>());
        services.AddBound<InMemoryAuditStore>(
            "embedded_audit", s => s.Figures.Count, _ => InMemoryAuditStore.MaxEntries, s => s.Figures.Dropped, embedded: true);
        services.AddBound<InMemoryMeasureStore>(
            "embedded_measures", s => s.Figures.Count, _ => InMemoryMeasureStore.MaxMeasures, s => s.Figures.Dropped, embedded: true);
        services.AddBound<InMemoryAppealStore>(
            "embedded_appeals", s => s.Figures.Count, _ => InMemoryAppealStore.MaxAppeals, s => s.Figures.Dropped, embedded: true);
        services.AddBound<InMemoryAddressBanStore>(
            "embedded_address_bans", s => s.Figures.Count, _ => InMemoryAddressBanStore.MaxBans, s => s.Figures.Dropped, embedded: true);
        services.AddSingleton<Measures>();
        services.AddSingleton(provider => provider.GetRequiredService<Measures>().Copies);
        services.AddSingleton<MeasureWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<MeasureWatch>());
        services.AddBound<MeasureWatch>("measures_seen", w => w.Seen, _ => MeasureWatch.MaxSeen);
        services.AddCleanup<IAddressBanStore>(
            "address_labels", (store, limit) => store.CountLabels(limit), (store, limit) => store.DeleteLabels(limit));
        services.AddSingleton<Safety>();
        services.AddFollower<SafetyElsewhere>();
        services.AddSingleton<IErasable>(provider => provider.GetRequiredService<Safety>());
        services.AddCleanup<ISafetyStore>(
            "expired_cooldowns", (store, limit) => store.CountExpired(limit), (store, limit) => store.DeleteExpired(limit));
    }

    public static void MapSafety(this IEndpointRouteBuilder routes)
    {
        var blocks = routes.MapGroup("/api/blocks").RequireAuthorization();
        blocks.MapGet("", async (ClaimsPrincipal me, Safety safety) => Results.Ok(await safety.Blocks(me.UserId())));
        blocks.MapPut("/{userId}", async (string userId, ClaimsPrincipal me, Safety safety) =>
            Problems.Answer(await safety.Block(me.UserId(), WireId.Parse(userId)), _ => Results.NoContent()));
        blocks.MapDelete("/{userId}", async (string userId, ClaimsPrincipal me, Safety safety) =>
        {
            await safety.Unblock(me.UserId(), WireId.Parse(userId));
            return Results.NoContent();
        });
    }
}
