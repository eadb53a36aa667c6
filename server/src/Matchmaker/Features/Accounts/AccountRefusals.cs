using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Accounts;

/// <summary>Every "no" of accounts.</summary>
internal static class AccountRefusals
{
    public static readonly Refusal AdultRequired = new(
        "adult_required", "Only adults may use this service.", Field: "adult", Status: StatusCodes.Status403Forbidden);

    public static readonly Refusal SessionEnded = new(
        "session_ended", "The session has ended; sign in again.", Status: StatusCodes.Status401Unauthorized);
}
