using System.Security.Claims;

namespace Matchmaker.Features.Accounts;

/// <summary>Who is calling, from the claims that the session or the hub ticket gave.</summary>
internal static class CurrentUser
{
    public const string UserIdClaim = "sub";
    public const string SessionIdClaim = "sid";
    public const string MarkClaim = "mark";

    public static Guid UserId(this ClaimsPrincipal principal) => Guid.Parse(principal.FindFirstValue(UserIdClaim)!);

    /// <summary>What stood against the user when their login was looked up.</summary>
    public static Mark? Mark(this ClaimsPrincipal principal) =>
        Enum.TryParse<Mark>(principal.FindFirstValue(MarkClaim), out var mark) ? mark : null;

    public static Guid SessionId(this ClaimsPrincipal principal) => Guid.Parse(principal.FindFirstValue(SessionIdClaim)!);
}
