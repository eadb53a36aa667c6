using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Safety;

/// <summary>What the browser is told about what was done about its user.</summary>
internal static class SafetyEvents
{
    /// <summary>Final: the connection ends after it.</summary>
    public static readonly ClientEvent Banned = new("banned");

    public static readonly ClientEvent StandingChanged = new("standingChanged");
}
