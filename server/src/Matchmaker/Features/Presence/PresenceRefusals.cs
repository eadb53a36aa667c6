using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Presence;

internal static class PresenceRefusals
{
    public static readonly Refusal ServerFull =
        new("server_full", "All places of this server are taken.", RetryAfterSeconds: 5, Status: StatusCodes.Status503ServiceUnavailable);

    /// <summary>This instance is stopping; another one, or this one in a moment, takes the connection.</summary>
    public static readonly Refusal Draining =
        new("draining", "This server is stopping.", RetryAfterSeconds: 1, Status: StatusCodes.Status503ServiceUnavailable);

    /// <summary>One code for forged, expired and used: which it was is nobody's business.</summary>
    public static readonly Refusal InvalidHubTicket =
        new("invalid_ticket", "The hub ticket is not valid, or was used before.", Status: StatusCodes.Status401Unauthorized);
}
