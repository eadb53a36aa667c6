using System.Security.Claims;
using System.Text.Encodings.Web;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Realtime;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>Reads the hub ticket from <c>?access_token=</c>: a browser cannot set a header on a WebSocket.</summary>
internal sealed class HubTicketHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, HubTickets tickets,
    PresenceMetrics metrics)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public new const string Scheme = "HubTicket";

    /// <summary>Where the gate finds the connection of an accepted ticket.</summary>
    public static readonly object ConnectionItem = new();

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (await tickets.Read(Request.Query["access_token"]) is not { } connection)
        {
            return AuthenticateResult.NoResult();
        }

        Context.Items[ConnectionItem] = connection;
        var identity = new ClaimsIdentity(
        [
            new Claim(CurrentUser.UserIdClaim, connection.UserId.ToString()),
            new Claim(CurrentUser.SessionIdClaim, connection.SessionId.ToString()),
            new Claim(ConnectionClaim.Id, connection.Id),
        ], Scheme);
        return AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        metrics.Rejected(PresenceRefusals.InvalidHubTicket.Code, "upgrade");
        return Problems.Write(Context, PresenceRefusals.InvalidHubTicket);
    }
}
