using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Admin;

/// <summary>What consoles are told.</summary>
internal static class AdminEvents
{
    /// <summary>How much there is to do has changed; what is on the screen stays as it is until somebody asks.</summary>
    public static readonly ClientEvent CasesChanged = new("casesChanged");
}
