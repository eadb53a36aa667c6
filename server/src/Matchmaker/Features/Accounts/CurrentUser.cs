using System.Security.Claims;

namespace Matchmaker.Features.Accounts;

/// <summary>Who is calling, from the claims that the session or the hub ticket gave.</summary>
internal static class CurrentUser
{
    public const string UserIdClaim = "sub";
    public const string SessionIdClaim = "sid";

    public static Guid UserId(this ClaimsPrincipal principal) => Guid.Parse(principal.FindFirstValue(UserIdClaim)!);

    public static Guid SessionId(this ClaimsPrincipal principal) => Guid.Parse(principal.FindFirstValue(SessionIdClaim)!);
}
