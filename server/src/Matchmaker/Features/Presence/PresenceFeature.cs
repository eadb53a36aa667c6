using System.Security.Claims;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;
using Microsoft.AspNetCore.Authentication;

namespace Matchmaker.Features.Presence;

/// <summary>Connections, tabs, hub tickets, who is available, the lobby.</summary>
internal static class PresenceFeature
{
    public static void AddPresence(this IServiceCollection services)
    {
        services.AddSettings<PresenceOptions>();
        services.AddStore<IPresenceStore, InMemoryPresenceStore, PostgresPresenceStore>();
        services.AddStore<ILeadership, InMemoryLeadership, PostgresLeadership>();
        services.AddCleanup<IPresenceStore>(
            "dead_connections", (store, limit) => store.CountDead(limit), (store, limit) => store.DeleteDead(limit));
        services.AddBound<ConnectionManager>("connections", c => c.Count, c => c.Limit, c => c.Refused);
        services.AddBound<ConnectionManager>("connections_expected", c => c.Expected, c => c.Limit);
        services.AddBound<ConnectionManager>("connections_left", c => c.Left, _ => ConnectionManager.MaxLeft);
        services.AddBound<Lobby>("lobby_people", l => l.People, l => l.Capacity, l => l.NotListed);
        services.AddBound<InMemoryPresenceStore>("embedded_tickets_used", s => s.Closed, _ => InMemoryPresenceStore.MaxClosed, embedded: true);
        services.AddSingleton<ConnectionManager>();
        services.AddSingleton<PresenceMetrics>();
        services.AddSingleton<IHealthSection, ConnectionHealth>();
        services.AddSingleton<IHealthSection, ScalabilityHealth>();
        services.AddSingleton<Lobby>();
        services.AddSingleton<LobbyView>();
        services.AddBound<LobbyElsewhere>("lobby_marked", e => e.Marked, e => e.Capacity);
        services.AddFollower<LobbyElsewhere>();
        services.AddSingleton<HubTickets>();
        services.AddSingleton<Admission>();
        services.AddSingleton<StandingEffects>();
        services.AddSingleton<Presence>();
        services.AddFollower<PresenceElsewhere>();
        services.AddSingleton<ConnectionDrain>();
        services.AddDrainStep((provider, cut) => provider.GetRequiredService<ConnectionDrain>().Move(cut));
        services.AddSingleton<InstanceLease>();
        services.AddHostedService(provider => provider.GetRequiredService<InstanceLease>());
        services.AddHostedService<LobbyWorker>();
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, HubTicketHandler>(HubTicketHandler.Scheme, null);
    }

    /// <summary>Before authentication: a page that is not ours does not get as far as being asked who it is.</summary>
    public static void UseHubOrigin(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<OriginRule>();
        var metrics = app.Services.GetRequiredService<PresenceMetrics>();
        app.Use((context, next) =>
        {
            if (!context.Request.Path.StartsWithSegments("/hub") || origins.Allows(context.Request))
            {
                return next(context);
            }

            metrics.Rejected("origin", "upgrade");
            return Problems.Write(context, CommonRefusals.Forbidden);
        });
    }

    /// <summary>After authorization and before the hub.</summary>
    public static void UseConnectionGate(this WebApplication app) => app.UseMiddleware<ConnectionGate>();

    public static void MapPresence(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/auth/ticket", Ticket).RequireAuthorization();
        routes.MapGet("/api/lobby", Page).RequireAuthorization();
    }

    private static async Task<IResult> Ticket(
        HubTicketRequest request, ClaimsPrincipal user, HttpContext context, ClientKeys keys, Admission admission, Lifecycle lifecycle,
        PresenceMetrics metrics)
    {
        if (lifecycle.IsDraining)
        {
            metrics.Rejected(PresenceRefusals.Draining.Code, "ticket");
            return Problems.From(PresenceRefusals.Draining);
        }

        if (request.Tab is not { } tab || !HubTickets.IsTab(tab))
        {
            return Problems.From(CommonRefusals.InvalidArgument("tab", "A tab is 8 to 64 letters, digits, '-' or '_'."));
        }

        var connection = HubTickets.NewConnection(user.UserId(), user.SessionId(), tab);
        connection.From = await keys.Of(context);
        var answer = await admission.Ticket(connection);
        if (answer.No is { } no)
        {
            metrics.Rejected(no.Code, "ticket");
        }

        return Problems.Answer(answer, Results.Ok);
    }

    private static async Task<IResult> Page(ClaimsPrincipal user, LobbyView view, QueryNumber<int> limit) =>
        Problems.Answer(await view.Page(user.UserId(), new LobbyWishes(Limit: limit.Value)), Results.Ok);
}
