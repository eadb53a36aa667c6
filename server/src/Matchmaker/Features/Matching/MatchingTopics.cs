using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Matching;

/// <summary>What instances tell each other about invites and the queue.</summary>
internal static class MatchingTopics
{
    /// <summary>It rings, or rings longer: whoever has one of the two reads the row.</summary>
    public static readonly Topic<InviteRings> Rings = Topic.Json<InviteRings>("invite.rings");

    public static readonly Topic<InviteEnded> InviteOver = Topic.Json<InviteEnded>("invite.over");

    /// <summary>Somebody joined or left: a ticket that another instance kept for them no longer counts.</summary>
    public static readonly Topic<TicketMoved> TicketMoved = Topic.Json<TicketMoved>("queue.ticket_moved");

    /// <summary>From the instance that leads, which alone sees the line, to the one that has these people.</summary>
    public static readonly Topic<PlaceTold[]> Places = Topic.Json<PlaceTold[]>("queue.places");
}

internal sealed record InviteRings(Guid InviteId, Guid From, Guid To);

/// <param name="UserId">Who joined or left.</param>
/// <param name="Number">The place of the ticket in force in the order of joins; null when there is none.</param>
internal sealed record TicketMoved(Guid UserId, long? Number);

internal sealed record PlaceTold(Guid UserId, Guid TicketId, QueueStatus Status);
