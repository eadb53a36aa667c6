using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>Every "no" at the console's door.</summary>
internal static class AdminRefusals
{
    /// <summary>One for an unknown address, a wrong password, a wrong or used code and a disabled account.</summary>
    public static readonly Refusal WrongCredentials = new(
        "wrong_credentials", "The address, the password or the code is wrong.", Status: StatusCodes.Status401Unauthorized);

    public static readonly Refusal SessionEnded = new(
        "admin_session_ended", "The session at the console has ended; sign in again.", Status: StatusCodes.Status401Unauthorized);

    public static readonly Refusal EmailTaken = new("email_taken", "There is an account with this address.", Field: "email");
}
