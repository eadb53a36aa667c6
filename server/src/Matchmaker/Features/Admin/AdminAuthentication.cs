using System.Security.Claims;
using System.Text.Encodings.Web;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Admin;

/// <summary>
/// The console's own scheme: a cookie, and nothing but it. It is no default: only what asks for an
/// <see cref="AdminRole"/> looks at the cookie, and nothing that does looks at a user's token.
/// </summary>
internal sealed class AdminAuthentication(
    AdminLogins logins, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Admin";
    private const string Plain = "admin_session";

    // The prefix makes browsers refuse one that a page of a neighbouring host set.
    private const string Secure = "__Host-admin_session";
    private static readonly object LoginItem = new();
    private bool _databaseIsAway;

    public static AdminLogin? LoginOf(HttpContext context) => context.Items[LoginItem] as AdminLogin;

    public static void SetCookie(HttpContext context, string token) => Cookie(context, token, maxAge: null);

    public static void DeleteCookie(HttpContext context) => Cookie(context, "", TimeSpan.Zero);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if ((Request.Cookies[Secure] ?? (Request.IsHttps ? null : Request.Cookies[Plain])) is not { Length: > 0 } token)
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            if (await logins.Find(token) is not { } login)
            {
                return AuthenticateResult.Fail("The session has ended.");
            }

            Context.Items[LoginItem] = login;
            return AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Role, login.Role.ToString())], SchemeName)), SchemeName));
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            AdminLog.LookupFailed(Logger);
            _databaseIsAway = true;
            return AuthenticateResult.Fail(e);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) =>
        Problems.Write(Context, _databaseIsAway ? CommonRefusals.Unavailable : AdminRefusals.SessionEnded);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problems.Write(Context, CommonRefusals.Forbidden);

    // Until the browser closes; the server knows when the session ends. A proxy may end TLS without a word, but the page
    // says where it is.
    private static void Cookie(HttpContext context, string value, TimeSpan? maxAge)
    {
        var isSecure = context.Request.IsHttps || context.Request.Headers.Origin.ToString().StartsWith("https:", StringComparison.Ordinal);
        context.Response.Cookies.Append(isSecure ? Secure : Plain, value, new CookieOptions
        {
            HttpOnly = true,
            Secure = isSecure,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            MaxAge = maxAge,
        });
    }
}

/// <summary>Marks a route, or the console's hub, as somebody's with this role or a higher one.</summary>
internal sealed record ForAdmin(AdminRole Role);

internal static class AdminAccess
{
    /// <summary>Everybody else hears <c>admin_session_ended</c> or <c>forbidden</c>.</summary>
    public static TBuilder RequireAdmin<TBuilder>(this TBuilder routes, AdminRole role)
        where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new ForAdmin(role)).RequireAuthorization(Policy(role));

    private static AuthorizationPolicy Policy(AdminRole role) => new AuthorizationPolicyBuilder(AdminAuthentication.SchemeName)
        .RequireRole(Enum.GetValues<AdminRole>().Where(r => r >= role).Select(r => r.ToString()))
        .Build();
}
