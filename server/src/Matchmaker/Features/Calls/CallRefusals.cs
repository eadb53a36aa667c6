using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Calls;

internal static class CallRefusals
{
    /// <summary>Ended, somebody else's or made up: which it is is nobody's business.</summary>
    public static readonly Refusal NotInCall = new("not_in_call", "You are in no such call.");

    public static readonly Refusal NotHere =
        new("not_here", "The call belongs to another of your tabs; Resume with takeCall brings it here.");

    public static readonly Refusal PartnerAway =
        new("partner_away", "Your partner is not connected right now.", RetryAfterSeconds: 2);
}
