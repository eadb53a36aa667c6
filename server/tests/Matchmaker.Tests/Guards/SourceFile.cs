using System.Text;

namespace Matchmaker.Tests.Guards;

/// <summary>A file of the repository, and for C# its code without comments and texts, and the texts by themselves.</summary>
internal sealed class SourceFile
{
    private SourceFile(string path, string text)
    {
        Path = path;
        Text = text;
        if (path.EndsWith(".cs", StringComparison.Ordinal))
        {
            (Code, Literals) = Split(text);
        }
    }

    /// <summary>From the root of the repository, with slashes.</summary>
    public string Path { get; }

    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    public string Text { get; }

    /// <summary>Each comment is a blank and each text is <c>""</c>.</summary>
    public string Code { get; } = "";

    public IReadOnlyList<string> Literals { get; } = [];

    public int Lines => Text.Count(c => c == '\n');

    public static SourceFile Of(string path, string text) => new(path, text);

    private static (string Code, List<string> Literals) Split(string text)
    {
        var code = new StringBuilder(text.Length);
        var literals = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            var end = text[i] switch
            {
                '/' when At(text, i, "//") => Until(text, i, "\n", after: 0),
                '/' when At(text, i, "/*") => Until(text, i + 2, "*/", after: 2),
                '\'' => EndOfCharacter(text, i),
                '"' => EndOfText(text, i),
                _ => 0,
            };
            if (end == 0)
            {
                code.Append(text[i++]);
                continue;
            }

            if (text[i] == '"')
            {
                literals.Add(text[i..end].Trim('"'));
                code.Append("\"\"");
            }
            else
            {
                code.Append(' ');
            }

            i = end;
        }

        return (code.ToString(), literals);
    }

    private static int EndOfCharacter(string text, int i)
    {
        var start = i + 1 < text.Length && text[i + 1] == '\\' ? i + 3 : i + 2;
        return Until(text, start, "'", after: 1);
    }

    // Holes of an interpolated text count as text, except where a text inside them ends it: quotes still come in pairs.
    private static int EndOfText(string text, int i)
    {
        var quotes = 1;
        while (i + quotes < text.Length && text[i + quotes] == '"')
        {
            quotes++;
        }

        if (quotes >= 3)
        {
            return Until(text, i + quotes, new string('"', quotes), after: quotes);
        }

        if (quotes == 2)
        {
            return i + 2;
        }

        var verbatim = i > 0 && (text[i - 1] == '@' || (text[i - 1] == '$' && i > 1 && text[i - 2] == '@'));
        for (var end = i + 1; end < text.Length; end++)
        {
            if (!verbatim && text[end] == '\\')
            {
                end++;
            }
            else if (text[end] == '"')
            {
                if (!verbatim || !At(text, end, "\"\""))
                {
                    return end + 1;
                }

                end++;
            }
        }

        return text.Length;
    }

    private static bool At(string text, int i, string what) => string.CompareOrdinal(text, i, what, 0, what.Length) == 0;

    private static int Until(string text, int from, string what, int after) =>
        text.IndexOf(what, Math.Min(from, text.Length), StringComparison.Ordinal) is >= 0 and var at ? at + after : text.Length;
}
