using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Calls;

/// <summary>What instances tell each other about calls.</summary>
internal static class CallTopics
{
    public static readonly Topic<CallBegun> Begun = Topic.Json<CallBegun>("call.begun");

    public static readonly Topic<SeatTaken> SeatTaken = Topic.Json<SeatTaken>("call.seat_taken");

    public static readonly Topic<SeatLeft> SeatLeft = Topic.Json<SeatLeft>("call.seat_left");

    public static readonly Topic<CallOver> Over = Topic.Json<CallOver>("call.over");
}

internal sealed record CallBegun(Guid CallId, Guid Initiator, Guid Other);

/// <param name="CallId">Which call.</param>
/// <param name="UserId">Whose seat.</param>
/// <param name="ConnectionId">The connection that the call belongs to from now on.</param>
/// <param name="Instance">Where it is.</param>
/// <param name="Rev">The call's rev when the store gave it the seat.</param>
internal sealed record SeatTaken(Guid CallId, Guid UserId, string ConnectionId, string Instance, int Rev);

/// <summary>The connection that the call belonged to is gone.</summary>
internal sealed record SeatLeft(Guid CallId, Guid UserId, string ConnectionId);

/// <summary>Users and cooldown are absent when a sweep found a call that nobody looked after.</summary>
internal sealed record CallOver(Guid CallId, EndReason Reason, Guid? Initiator, Guid? Other, DateTimeOffset? CooldownUntil);
