using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Presence;

/// <summary>What instances tell each other about connections and the lobby.</summary>
internal static class PresenceTopics
{
    public static readonly Topic<Displacement> Displaced = Topic.Json<Displacement>("presence.displaced");

    /// <summary>A connection opened with a hub ticket of another instance, which keeps a place for it no longer.</summary>
    public static readonly Topic<string> TicketUsed = Topic.Json<string>("presence.ticket_used");

    /// <summary>Somebody became available, came back, or is neither any more; which it is stands in the rows.</summary>
    public static readonly Topic<Guid> LobbyChanged = Topic.Json<Guid>("presence.lobby_changed");
}

/// <summary>A connection that has to go. <c>Replaced</c>: a third tab came, and it hears so; else its own tab came back.</summary>
internal sealed record Displacement(string ConnectionId, bool Replaced);
