using System.Text.RegularExpressions;
using Matchmaker.Tests.Guards;

namespace Matchmaker.Tests;

/// <summary>
/// Who may use whom: a feature uses lower rows and itself, the platform knows no feature, and nobody in a row knows what
/// stands above all rows. (The parts of the hub lie in their feature's folder and keep to its row.)
/// </summary>
public sealed partial class DependencyTests
{
    private const string Source = "server/src/Matchmaker/";

    private static readonly Dictionary<string, int> _rows = new()
    {
        ["Accounts"] = 1,
        ["Safety"] = 2,
        ["Presence"] = 3,
        ["Calls"] = 4,
        ["Matching"] = 5,
        ["Signaling"] = 5,
        ["Chat"] = 5,
        ["Reports"] = 6,
        ["Admin"] = 7,
        ["Privacy"] = 8,
    };

    private static readonly Regex _feature =
        new($@"(?<![\w.])(?:(?:Matchmaker\s*\.\s*)?Features\s*\.\s*(\w+)|({string.Join('|', _rows.Keys)})\s*\.(?=\s*[A-Z]))", RegexOptions.Compiled);

    /// <summary>What is declared in no row, with the ways in which a type is named in code (a method of that name is not one).</summary>
    private static readonly Dictionary<string, Regex> _top = typeof(MatchmakerHub).Assembly.GetTypes()
        .Where(t => t.Namespace == nameof(Matchmaker) && !t.IsNested)
        .ToDictionary(t => t.Name, t => new Regex($@"(?<![\w.]){t.Name}(?=\s*[.<>?\[,){{;]|\s+\w)|\bnew\s+{t.Name}\b"));

    [Fact]
    public void Every_feature_has_a_row()
    {
        var folders = Directory.EnumerateDirectories(Path.Combine(Repository.Root, Source, "Features")).Select(Path.GetFileName).ToList();
        Assert.NotEmpty(folders);
        Guard.None(folders.Where(f => !_rows.ContainsKey(f!)));
    }

    [Fact]
    public void A_feature_uses_lower_rows_only() => Guard.None(
        from file in Repository.Server
        let feature = FeatureOf(file)
        where feature is not null
        from used in Uses(file).Distinct()
        where used != feature && !(_rows.TryGetValue(used, out var row) && row < _rows[feature])
        select $"{file.Path} uses {used}");

    [Fact]
    public void The_platform_knows_no_feature() => Guard.None(
        from file in Repository.Server
        where file.Path.StartsWith(Source + "Platform/", StringComparison.Ordinal)
        from used in Uses(file).Distinct()
        select $"{file.Path} uses {used}");

    [Fact]
    public void Nobody_in_a_row_knows_what_stands_above_all_rows()
    {
        Assert.Contains(nameof(MatchmakerHub), _top.Keys);
        Guard.None(
            from file in Repository.Server
            where InARow(file) && !IsPartOfTheHub(file)
            from type in _top
            where type.Value.IsMatch(file.Code)
            select $"{file.Path} uses {type.Key}");
    }

    /// <summary>Else the rows could be walked around: a type is where its folder says.</summary>
    [Fact]
    public void A_namespace_is_its_folder() => Guard.None(
        from file in Repository.Server
        where InARow(file)
        let folder = file.Path[Source.Length..^(file.Name.Length + 1)]
        let expected = IsPartOfTheHub(file) ? nameof(Matchmaker) : $"{nameof(Matchmaker)}.{folder.Replace('/', '.')}"
        let actual = Namespace().Match(file.Code).Groups[1].Value
        where actual != expected
        select $"{file.Path} is in {actual}, not in {expected}");

    private static IEnumerable<string> Uses(SourceFile file) =>
        _feature.Matches(Namespace().Replace(file.Code, "")).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Groups[2].Value);

    private static string? FeatureOf(SourceFile file) =>
        file.Path.StartsWith(Source + "Features/", StringComparison.Ordinal) ? file.Path[(Source + "Features/").Length..].Split('/')[0] : null;

    private static bool InARow(SourceFile file) =>
        FeatureOf(file) is not null || file.Path.StartsWith(Source + "Platform/", StringComparison.Ordinal);

    private static bool IsPartOfTheHub(SourceFile file) =>
        FeatureOf(file) is { } feature && file.Name == $"{nameof(MatchmakerHub)}.{feature}.cs";

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex Namespace();
}
