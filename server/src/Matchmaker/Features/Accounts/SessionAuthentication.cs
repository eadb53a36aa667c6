using System.Security.Claims;
using System.Text.Encodings.Web;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Accounts;

/// <summary>
/// The default scheme: <c>Authorization: Bearer</c> with a session's token. Never a cookie, so there is nothing for a
/// foreign page to ride on.
/// </summary>
internal sealed class SessionAuthentication(
    Accounts accounts, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Session";
    private const string Prefix = "Bearer ";
    private bool _databaseIsAway;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        string? header = Request.Headers.Authorization;
        if (header is null || !header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
        {
            return AuthenticateResult.NoResult();
        }

        try
        {
            return await accounts.FindSession(header[Prefix.Length..].Trim()) is { } login
                ? AuthenticateResult.Success(new AuthenticationTicket(Principal(login), SchemeName))
                : AuthenticateResult.Fail("The session has ended.");
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            // Not thrown: a route that needs no user (health) must answer whatever token came along.
            AccountLog.LookupFailed(Logger);
            _databaseIsAway = true;
            return AuthenticateResult.Fail(e);
        }
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!_databaseIsAway)
        {
            Response.Headers.WWWAuthenticate = "Bearer";
        }

        return Problems.Write(Context, _databaseIsAway ? CommonRefusals.Unavailable : AccountRefusals.SessionEnded);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) =>
        Problems.Write(Context, CommonRefusals.Forbidden);

    private static ClaimsPrincipal Principal(Login login)
    {
        var identity = new ClaimsIdentity(
            [
                new Claim(CurrentUser.UserIdClaim, login.UserId.ToString("D")),
                new Claim(CurrentUser.SessionIdClaim, login.SessionId.ToString("D")),
            ],
            SchemeName, CurrentUser.UserIdClaim, roleType: null);
        if (login.Mark is { } mark)
        {
            identity.AddClaim(new Claim(CurrentUser.MarkClaim, mark.ToString()));
        }

        return new ClaimsPrincipal(identity);
    }
}
