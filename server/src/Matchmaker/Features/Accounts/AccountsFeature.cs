using System.Security.Claims;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Matchmaker.Features.Accounts;

/// <summary>Guests, logins and profiles.</summary>
internal static class AccountsFeature
{
    public static void AddAccounts(this IServiceCollection services)
    {
        services.AddSettings<AccountOptions>();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<EmbeddedLock>();
        services.AddStore<IAccountStore, InMemoryAccountStore, PostgresAccountStore>();
        services.AddSingleton<ClientKeys>();
        services.AddSingleton<Accounts>();
        services.AddFollower<AccountsElsewhere>();
        services.AddSingleton(provider => provider.GetRequiredService<Accounts>().Sessions);
        services.AddSingleton(provider => provider.GetRequiredService<Accounts>().Users);
        services.AddBound<Accounts>("account_loads", a => a.Loads.Count, _ => 2 * BoundedStore<Guid, Card>.MaxFlights, a => a.Loads.Refused);
        services.AddBound<InMemoryAccountStore>(
            "embedded_accounts", s => s.Figures.Count, _ => InMemoryAccountStore.MaxUsers, s => s.Figures.Dropped, embedded: true);
        services.AddSingleton<Erasure>();
        services.AddSingleton<IHealthSection, AccountHealth>();
        services.AddCleanup<IAccountStore>(
            "expired_sessions", (store, limit) => store.CountExpired(limit), (store, limit) => store.DeleteExpired(limit));
        // The core alone: the rest would make keys for cookies and write them to the disk, and the one cookie there is needs none.
        services.AddAuthenticationCore(o => o.DefaultScheme = SessionAuthentication.SchemeName);
        services.AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, SessionAuthentication>(SessionAuthentication.SchemeName, null);
        services.AddAuthorization();
    }

    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/auth/guest", async (GuestRequest request, HttpContext context, ClientKeys keys, Accounts accounts) =>
            Problems.Answer(
                await accounts.SignUpGuest(request, await keys.Of(context)),
                signedIn => Results.Json(signedIn, statusCode: StatusCodes.Status201Created))).Sheds();

        var user = routes.MapGroup("/api").RequireAuthorization();
        user.MapPost("/auth/logout", async (ClaimsPrincipal me, Accounts accounts) =>
        {
            await accounts.Logout(me.SessionId());
            return Results.NoContent();
        }).AllowsBanned();
        user.MapGet("/me", async (ClaimsPrincipal me, Accounts accounts) =>
            await accounts.FindCard(me.UserId()) is { } card ? Results.Ok(card) : Problems.From(AccountRefusals.SessionEnded));
        user.MapPatch("/me", async (ProfileRequest request, ClaimsPrincipal me, Accounts accounts) =>
            Problems.Answer(await accounts.Change(me.UserId(), request), Results.Ok));
        user.MapDelete("/me", async (ClaimsPrincipal me, Erasure erasure) =>
        {
            await erasure.Erase(me.UserId());
            return Results.NoContent();
        }).AllowsBanned();
    }
}
