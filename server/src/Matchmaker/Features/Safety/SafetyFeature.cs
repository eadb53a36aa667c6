using System.Security.Claims;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Settings;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Matchmaker.Features.Safety;

/// <summary>Blocks by users, the cooldowns that follow a call, and what is done about people: measures, appeals, address bans, the audit.</summary>
internal static class SafetyFeature
{
    public static void AddSafety(this IServiceCollection services)
    {
        services.AddSettings<SafetyOptions>();
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
        services.AddSingleton<SafetyMetrics>();
        services.AddSingleton<Measures>();
        services.AddSingleton<Appeals>();
        services.AddSingleton<IErasable>(provider => provider.GetRequiredService<Appeals>());
        services.AddSingleton<AddressBans>();
        services.AddSingleton<ISignUpRule>(provider => provider.GetRequiredService<AddressBans>());
        services.AddBound<AddressBans>("address_bans", b => b.Count, b => b.Max);
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

    /// <summary>
    /// After authorization: whoever is banned is told so by every route that is a user's, but for those that they need. What
    /// the login says is believed when it says nothing; a ban is asked for again.
    /// </summary>
    public static void UseSafety(this WebApplication app)
    {
        var measures = app.Services.GetRequiredService<Measures>();
        app.Use(async (context, next) =>
        {
            if (context.User.Mark() == Mark.Ban && context.GetEndpoint()?.Metadata is { } metadata
                && metadata.GetMetadata<IAuthorizeData>() is not null && metadata.GetMetadata<AllowsBanned>() is null
                && await measures.JudgeBan(context.User.UserId()) is { } banned)
            {
                await Problems.Write(context, banned);
                return;
            }

            await next(context);
        });
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

        var user = routes.MapGroup("/api").RequireAuthorization();
        user.MapGet("/me/standing", async (ClaimsPrincipal me, Appeals appeals) => Results.Ok(await appeals.StandingOf(me.UserId()))).AllowsBanned();
        user.MapPost("/appeals", async (AppealRequest request, ClaimsPrincipal me, Appeals appeals) =>
            Problems.Answer(
                await appeals.File(me.UserId(), request), filed => Results.Json(filed, statusCode: StatusCodes.Status201Created))).AllowsBanned();
        user.MapPost("/measures/{measureId}/seen", async (string measureId, ClaimsPrincipal me, Measures measures) =>
            Problems.Answer(await measures.See(me.UserId(), WireId.Parse(measureId)), _ => Results.NoContent()));
    }
}
