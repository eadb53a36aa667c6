namespace Matchmaker.Features.Accounts;

/// <summary>
/// A language as BCP 47 writes it: <c>language[-Script][-REGION][-variant…]</c> in its canonical case, so that equal
/// tags are equal strings. Extensions and private use say nothing about what a person speaks and are refused. Pure.
/// </summary>
internal static class LanguageTag
{
    /// <summary>The length that RFC 5646 asks everybody to be able to store.</summary>
    public const int MaxLength = 35;

    public static bool TryRead(string? text, out string tag)
    {
        tag = "";
        if (text is null || text.Length > MaxLength)
        {
            return false;
        }

        var parts = text.Trim().Split('-');
        if (!(parts[0].Length is >= 2 and <= 3 && IsLetters(parts[0])))
        {
            return false;
        }

        parts[0] = parts[0].ToLowerInvariant();
        var next = 1;
        if (next < parts.Length && parts[next].Length == 4 && IsLetters(parts[next]))
        {
            parts[next] = char.ToUpperInvariant(parts[next][0]) + parts[next][1..].ToLowerInvariant();
            next++;
        }

        if (next < parts.Length && IsRegion(parts[next]))
        {
            parts[next] = parts[next].ToUpperInvariant();
            next++;
        }

        for (; next < parts.Length; next++)
        {
            if (!IsVariant(parts[next]))
            {
                return false;
            }

            parts[next] = parts[next].ToLowerInvariant();
        }

        tag = string.Join('-', parts);
        return true;
    }

    private static bool IsRegion(string part) =>
        (part.Length == 2 && IsLetters(part)) || (part.Length == 3 && part.All(char.IsAsciiDigit));

    private static bool IsVariant(string part) =>
        part.All(char.IsAsciiLetterOrDigit) && (part.Length is >= 5 and <= 8 || (part.Length == 4 && char.IsAsciiDigit(part[0])));

    private static bool IsLetters(string part) => part.All(char.IsAsciiLetter);
}
