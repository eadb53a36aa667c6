using System.Text.Json;

namespace Matchmaker.Load.Wire;

/// <summary>Writes the little JSON that arguments need.</summary>
internal static class Json
{
    /// <summary>A JSON string with its quotes.</summary>
    public static string Text(string value) => $"\"{JsonEncodedText.Encode(value)}\"";
}
