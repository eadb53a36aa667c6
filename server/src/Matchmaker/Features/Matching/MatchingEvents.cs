using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Matching;

/// <summary>What the browser is told about its place in the queue and about invites.</summary>
internal static class MatchingEvents
{
    public static readonly ClientEvent QueueStatus = new("queueStatus");

    public static readonly ClientEvent InviteReceived = new("inviteReceived");

    public static readonly ClientEvent InviteExtended = new("inviteExtended");

    public static readonly ClientEvent InviteEnded = new("inviteEnded");
}
