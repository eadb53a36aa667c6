using System.Globalization;
using System.Text;

namespace Matchmaker.Platform.Http;

/// <summary>
/// What people write, before anybody else sees it. Pure. Text comes out in NFC, so that what looks the same is the same.
/// </summary>
internal static class PlainText
{
    /// <summary>
    /// The text in NFC, or null when it holds a lone surrogate, a control character (line ends too), a line or paragraph
    /// separator, or a bidirectional embedding, override or isolate (they make a text read as something else).
    /// </summary>
    public static string? Normalize(string text)
    {
        foreach (var character in text)
        {
            // Before Normalize: it throws on what is not well-formed.
            if (char.IsControl(character)
                || character is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') or '\u2028' or '\u2029' or '\uFFFE' or '\uFFFF')
            {
                return null;
            }
        }

        return IsWellFormed(text) ? text.Normalize(NormalizationForm.FormC) : null;
    }

    /// <summary>Reads 1..<paramref name="max"/> characters (code points after NFC), not all of them blank.</summary>
    public static bool TryRead(string? text, int max, out string clean)
    {
        clean = "";
        // NFC never needs more than three code units for one that came: what is far too long is not even looked at.
        if (text is null || text.Length > max * 6 || Normalize(text) is not { } normal)
        {
            return false;
        }

        clean = normal;
        return !IsBlank(normal) && Characters(normal) <= max;
    }

    /// <summary>The same of several lines, which may be blank but not all of them; a line ends with one LF.</summary>
    public static bool TryReadLines(string? text, int max, out string clean)
    {
        clean = "";
        if (text is null || text.Length > max * 6)
        {
            return false;
        }

        var lines = text.ReplaceLineEndings("\n").Split('\n').Select(Normalize).ToList();
        if (lines.Contains(null))
        {
            return false;
        }

        clean = string.Join('\n', lines).Trim('\n');
        return !IsBlank(clean) && Characters(clean) <= max;
    }

    /// <summary>The same of lines that may be missing: null when nothing in them can be seen.</summary>
    public static bool TryReadNote(string? text, int max, out string? clean)
    {
        clean = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var isRead = TryReadLines(text, max, out var lines);
        clean = isRead ? lines : null;
        return isRead;
    }

    /// <summary>How many code points the text has; it must be well-formed.</summary>
    public static int Characters(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }

    /// <summary>True when nothing in the text can be seen.</summary>
    public static bool IsBlank(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!Rune.IsWhiteSpace(rune) && !IsInvisible(rune) && Rune.GetUnicodeCategory(rune) != UnicodeCategory.NonSpacingMark)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Characters without a shape of their own: format characters, fillers, and the blank of Braille.</summary>
    public static bool IsInvisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is 0x115F or 0x1160 or 0x2800 or 0x3164 or 0xFFA0 or 0x034F;

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}
