using System.Globalization;
using System.Text;
using Matchmaker.Platform.Http;

namespace Matchmaker.Features.Accounts;

/// <summary>
/// What may stand where a name stands, beside other people's: it must be visible, on one line, and of a bounded height.
/// Pure.
/// </summary>
internal static class PersonName
{
    /// <summary>Longest name in graphemes (what a reader counts as characters).</summary>
    public const int MaxGraphemes = 40;

    /// <summary>Longest name in UTF-16 code units: 40 graphemes of an Indic script or simple emoji, not 40 families.</summary>
    public const int MaxLength = 240;

    /// <summary>Marks on one letter: Vietnamese takes two, Hebrew three; more is a stack that covers the lines around it.</summary>
    public const int MaxMarks = 4;

    private const char NonJoiner = '\u200C';
    private const char Joiner = '\u200D';

    /// <summary>Trims, normalises and checks a name; false when it may not be one.</summary>
    public static bool TryRead(string? text, out string name)
    {
        name = "";
        if (text is null || text.Length > MaxLength * 4 || PlainText.Normalize(text) is not { } normal)
        {
            return false;
        }

        name = normal.Trim();
        return name.Length is > 0 and <= MaxLength
            && new StringInfo(name).LengthInTextElements <= MaxGraphemes
            && !PlainText.IsBlank(name)
            && EveryCharacterMayStand(name);
    }

    private static bool EveryCharacterMayStand(string name)
    {
        var marks = 0;
        for (var i = 0; i < name.Length;)
        {
            var rune = Rune.GetRuneAt(name, i);
            var isMark = Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark;
            marks = isMark ? marks + 1 : 0;
            if (marks > MaxMarks || (PlainText.IsInvisible(rune) && !Joins(name, i)))
            {
                return false;
            }

            i += rune.Utf16SequenceLength;
        }

        return true;
    }

    /// <summary>
    /// Persian and Indic words need a joiner or non-joiner between two letters, emoji between two of them. Anywhere else
    /// they make two names that look the same.
    /// </summary>
    private static bool Joins(string name, int at) =>
        name[at] is Joiner or NonJoiner
        && at > 0 && at + 1 < name.Length
        && !IsGap(name[at - 1]) && !IsGap(name[at + 1])
        && (IsOutsideLatin(name, at - 1) && IsOutsideLatin(name, at + 1));

    private static bool IsGap(char character) => char.IsWhiteSpace(character) || character is Joiner or NonJoiner;

    /// <summary>Latin, Greek and Cyrillic (everything below the Hebrew block) have no use for joiners.</summary>
    private static bool IsOutsideLatin(string name, int at) => name[at] >= '\u0590';
}
