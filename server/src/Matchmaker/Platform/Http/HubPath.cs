namespace Matchmaker.Platform.Http;

/// <summary>Where sockets are: requests that last as long as somebody is there.</summary>
internal static class HubPath
{
    /// <summary>The hub of browsers, and those below <c>/hubs</c>.</summary>
    public static bool IsHub(this PathString path) => path.StartsWithSegments("/hub") || path.StartsWithSegments("/hubs");
}
