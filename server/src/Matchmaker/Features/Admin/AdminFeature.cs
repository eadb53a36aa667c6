using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Settings;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Admin;

/// <summary>The console: who may use it, and what they do there.</summary>
internal static class AdminFeature
{
    public static void AddAdmin(this IServiceCollection services)
    {
        services.AddSettings<AdminOptions>();
        services.AddStore<IAdminStore, InMemoryAdminStore, PostgresAdminStore>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<AdminAccounts>();
        services.AddSingleton<AdminLogins>();
        services.AddSingleton<AdminDesk>();
        services.AddSingleton<AdminMetrics>();
        services.AddSingleton<ConsoleCases>();
        services.AddSingleton<ConsolePeople>();
        services.AddSingleton<ConsoleAppeals>();
        services.AddSingleton<ConsoleAddressBans>();
        services.AddSingleton<ConsoleAudit>();
        services.AddSingleton<AdminConnections>();
        services.AddSingleton<CaseWatch>();
        services.AddHostedService(provider => provider.GetRequiredService<CaseWatch>());
        services.AddBound<AdminConnections>("admin_connections", c => c.Figures.Count, c => c.Limit, c => c.Figures.Refused);
        services.AddBound<Passwords>("password_checks", p => p.Waiting.Count, _ => 2 * Passwords.MaxWaiting, p => p.Waiting.Refused);
        services.AddBound<InMemoryAdminStore>(
            "embedded_admins", s => s.Figures.Accounts, _ => AdminAccounts.MaxAccounts, embedded: true);
        services.AddBound<InMemoryAdminStore>(
            "embedded_admin_failures", s => s.Figures.Failures, _ => InMemoryAdminStore.MaxFailures, s => s.Figures.Dropped, embedded: true);
        services.AddCleanup<IAdminStore>(
            "expired_admin_sessions", (store, limit) => store.CountExpired(limit), (store, limit) => store.DeleteExpired(limit));
        new AuthenticationBuilder(services).AddScheme<AuthenticationSchemeOptions, AdminAuthentication>(AdminAuthentication.SchemeName, null);
    }

    /// <summary>
    /// The console's page is a folder. The framework would send there with an address of ours, and behind a proxy that ends
    /// TLS without a word we do not know our own.
    /// </summary>
    public static void UseAdminPage(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Path != "/admin")
        {
            return next(context);
        }

        context.Response.Redirect("/admin/" + context.Request.QueryString);
        return Task.CompletedTask;
    });

    /// <summary>After authorization and before the hub.</summary>
    public static void UseAdminGate(this WebApplication app) => app.UseMiddleware<AdminGate>();

    public static void MapAdmin(this IEndpointRouteBuilder routes)
    {
        var console = routes.MapGroup("/api/admin").RequireAdmin(AdminRole.Viewer);
        console.MapAdminAccounts();
        console.MapCases();
        console.MapPeople();
        console.MapAppeals();
        console.MapAddressBans();
        console.MapAudit();
        routes.MapAdminDesk();
        var realtime = routes.ServiceProvider.GetRequiredService<IOptions<RealtimeOptions>>().Value;
        routes.MapHub<AdminHub>(AdminGate.Path, o => RealtimeFeature.Configure(o, realtime)).RequireAdmin(AdminRole.Viewer);
    }
}
