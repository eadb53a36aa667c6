using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Admin;

/// <summary>Words in a query string. Pure.</summary>
internal static class Query
{
    /// <summary>The value of a word as it is on the wire; null when there is none, false for another word.</summary>
    public static bool TryRead<T>(string? word, out T? value) where T : struct, Enum
    {
        value = word is null ? null : Enum.GetValues<T>().Where(v => StoredWord.Of(v) == word).Select(v => (T?)v).FirstOrDefault();
        return word is null == value is null;
    }
}
