namespace Matchmaker.Platform.Settings;

/// <summary>The word that somebody probably meant.</summary>
internal static class Nearest
{
    /// <summary>The nearest of the words, if a third of it at the most is different; null when none is.</summary>
    public static string? Of(string word, IEnumerable<string> words) => words
        .Select(known => (Known: known, Distance: Distance(word.ToUpperInvariant(), known.ToUpperInvariant())))
        .Where(w => w.Distance <= Math.Max(1, w.Known.Length / 3))
        .OrderBy(w => w.Distance)
        .Select(w => w.Known)
        .FirstOrDefault();

    // Levenshtein's: letters that are missing, too many or others; two that changed places count once.
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(table[i - 1, j], table[i, j - 1]) + 1, table[i - 1, j - 1] + cost);
                table[i, j] = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] ? Math.Min(best, table[i - 2, j - 2] + 1) : best;
            }
        }

        return table[a.Length, b.Length];
    }
}
