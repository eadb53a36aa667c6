using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Presence;

/// <summary>What the browser is told about connections and the lobby.</summary>
internal static class PresenceEvents
{
    /// <summary>Final: a newer tab took the place. No payload.</summary>
    public static readonly ClientEvent Replaced = new("replaced");

    /// <summary>This instance is stopping: come back through another one.</summary>
    public static readonly ClientEvent Draining = new("draining");

    public static readonly ClientEvent LobbyChanged = new("lobbyChanged");
}
