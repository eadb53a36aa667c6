using Matchmaker.Platform.Http;

namespace Matchmaker.Features.Admin;

/// <summary>What admins write for each other. Pure.</summary>
internal static class Notes
{
    /// <summary>In characters.</summary>
    public const int Max = 1000;

    /// <summary>A note without control characters but line ends; nothing is an empty one.</summary>
    public static bool TryRead(string? text, out string note)
    {
        note = "";
        return string.IsNullOrWhiteSpace(text) || PlainText.TryReadLines(text, Max, out note);
    }
}
