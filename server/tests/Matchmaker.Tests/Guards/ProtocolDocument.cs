using System.Text.RegularExpressions;

namespace Matchmaker.Tests.Guards;

/// <summary>server/docs/protocol.md by its headings and the rows of its tables.</summary>
internal static partial class ProtocolDocument
{
    public const string Path = "server/docs/protocol.md";

    private static readonly string _text = Repository.Read(Path);

    /// <summary>The rows of the tables below a heading of the second level, as their cells; heads left out.</summary>
    public static IReadOnlyList<string[]> Rows(string heading)
    {
        var rows = Section(_text, "## " + heading).Split('\n').Where(IsRow).Select(Cells).ToList();
        Assert.True(rows.Count > 0, $"{Path} has no table under '{heading}'.");
        return rows;
    }

    /// <summary>Each heading of the third level below one of the second, with the rows of its tables.</summary>
    public static IReadOnlyDictionary<string, string[][]> Tables(string heading) =>
        ThirdLevel().Split(Section(_text, "## " + heading)).Skip(1)
            .Select(part => part.Split('\n'))
            .ToDictionary(lines => lines[0].Trim(), lines => lines.Where(IsRow).Select(Cells).ToArray());

    /// <summary>What stands in code marks anywhere.</summary>
    public static IEnumerable<string> Marked() => CodeMark().Matches(_text).Select(m => m.Groups[1].Value);

    /// <summary>What stands in a cell's code marks.</summary>
    public static IEnumerable<string> Marked(string cell) => CodeMark().Matches(cell).Select(m => m.Groups[1].Value);

    private static string Section(string text, string heading)
    {
        var start = text.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{Path} has no heading '{heading}'.");
        var end = text.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? text[start..] : text[start..end];
    }

    // A head stands above a line of dashes, and its cells carry no code marks in the first column.
    private static bool IsRow(string line) => line.StartsWith("| `", StringComparison.Ordinal);

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(c => c.Trim())];

    [GeneratedRegex(@"^### ", RegexOptions.Multiline)]
    private static partial Regex ThirdLevel();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeMark();
}
