using System.Reflection;

namespace Matchmaker.Platform.Telemetry;

/// <summary>Which build this is.</summary>
internal static class BuildVersion
{
    private static readonly string[] _parts =
        (typeof(BuildVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+', 2);

    public static string Version => _parts[0];

    /// <summary>The commit that was built; null when the build did not know.</summary>
    public static string? Commit => _parts.Length > 1 ? _parts[1] : null;
}
