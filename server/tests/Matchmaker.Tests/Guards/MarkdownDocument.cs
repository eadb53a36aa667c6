using System.Text.RegularExpressions;

namespace Matchmaker.Tests.Guards;

/// <summary>A document by its headings and the rows of its tables.</summary>
internal sealed partial class MarkdownDocument(string path)
{
    private readonly string _text = Repository.Read(path);

    /// <summary>The rows of the tables below a heading of the second level, as their cells; heads left out.</summary>
    public IReadOnlyList<string[]> Rows(string heading)
    {
        var rows = Section("## " + heading).Split('\n').Where(IsRow).Select(Cells).ToList();
        Assert.True(rows.Count > 0, $"{path} has no table under '{heading}'.");
        return rows;
    }

    /// <summary>What stands in code marks in the last column of the tables below a heading of the second level.</summary>
    public IEnumerable<string> MarkedLast(string heading) =>
        Section("## " + heading).Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).SelectMany(line => Marked(Cells(line)[^1]));

    /// <summary>Each heading of the third level below one of the second, with the rows of its tables.</summary>
    public IReadOnlyDictionary<string, string[][]> Tables(string heading) =>
        ThirdLevel().Split(Section("## " + heading)).Skip(1)
            .Select(part => part.Split('\n'))
            .ToDictionary(lines => lines[0].Trim(), lines => lines.Where(IsRow).Select(Cells).ToArray());

    /// <summary>What stands in code marks anywhere.</summary>
    public IEnumerable<string> Marked() => CodeMark().Matches(_text).Select(m => m.Groups[1].Value);

    /// <summary>What stands in a cell's code marks.</summary>
    public static IEnumerable<string> Marked(string cell) => CodeMark().Matches(cell).Select(m => m.Groups[1].Value);

    private string Section(string heading)
    {
        var start = _text.IndexOf($"\n{heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"{path} has no heading '{heading}'.");
        var end = _text.IndexOf("\n## ", start + heading.Length, StringComparison.Ordinal);
        return end < 0 ? _text[start..] : _text[start..end];
    }

    // A head stands above a line of dashes, and its cells carry no code marks in the first column.
    private static bool IsRow(string line) => line.StartsWith("| `", StringComparison.Ordinal);

    private static string[] Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(c => c.Trim())];

    [GeneratedRegex(@"^### ", RegexOptions.Multiline)]
    private static partial Regex ThirdLevel();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeMark();
}
