using System.Text.Json;

namespace Matchmaker.Platform.Postgres;

/// <summary>How stores write the value of an enum: the word that it is on the wire too.</summary>
internal static class StoredWord
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    public static T Parse<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}
