using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Matching;

internal static class MatchingRefusals
{
    public static readonly Refusal Busy = new("busy", "You are in a call.");

    public static readonly Refusal Self = new("self", "That is you.");

    public static readonly Refusal InvalidDuration = new(
        "invalid_duration", $"A call lasts {Ticket.MinCallSeconds} to {Ticket.MaxCallSeconds} seconds.", Field: "callSeconds",
        Status: StatusCodes.Status400BadRequest);

    /// <summary>Offline, not available, in a call, blocked: all look the same.</summary>
    public static readonly Refusal Unavailable = new("unavailable", "This person cannot be invited right now.", RetryAfterSeconds: 5);

    public static readonly Refusal Cooldown = new("cooldown", "You two have met lately.");

    public static readonly Refusal TooManyInvites = new("too_many_invites", "Too many invites in a minute.", RetryAfterSeconds: 10);

    public static readonly Refusal TooManyExtensions = new("too_many_extensions", "This invite was extended as often as allowed.");

    /// <summary>Over, somebody else's or made up.</summary>
    public static readonly Refusal InviteGone = new("invite_gone", "This invite is over.");
}
