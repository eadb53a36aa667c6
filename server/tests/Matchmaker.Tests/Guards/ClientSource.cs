using System.Text.RegularExpressions;

namespace Matchmaker.Tests.Guards;

/// <summary>TypeScript files of server/web by their interfaces, sets of words and numbers. Plain declarations only.</summary>
internal sealed partial class ClientSource
{
    private readonly string _text;
    private readonly Dictionary<string, (string? Base, string Body)> _interfaces;

    public ClientSource(params string[] names)
    {
        _text = Comment().Replace(string.Concat(names.Select(n => Repository.Read($"server/web/{n}.ts"))), "");
        _interfaces = Interface().Matches(_text).ToDictionary(
            m => m.Groups["name"].Value,
            m => (m.Groups["base"] is { Success: true, Value: var value } ? value : null, m.Groups["body"].Value));
    }

    public IEnumerable<string> Interfaces => _interfaces.Keys;

    /// <summary><c>name?: type</c> of each field, those of its base too.</summary>
    public IEnumerable<string> Fields(string name)
    {
        Assert.True(_interfaces.TryGetValue(name, out var found), $"The client has no interface {name}.");
        var own = Field().Matches(found.Body).Select(m => $"{m.Groups["name"].Value}: {m.Groups["type"].Value}");
        return found.Base is null ? own : Fields(found.Base).Concat(own);
    }

    /// <summary>Each type that is a choice of words, with its words.</summary>
    public IReadOnlyDictionary<string, string[]> Words => Choice().Matches(_text)
        .ToDictionary(m => m.Groups["name"].Value, m => Quoted(m.Groups["words"].Value));

    /// <summary>The words of a constant list.</summary>
    public string[] List(string name) => Quoted(Regex.Match(_text, $@"\b{name} = \[(.*?)\]", RegexOptions.Singleline).Groups[1].Value);

    public int Number(string name) => int.Parse(
        Regex.Match(_text, $@"\b{name} = ([\d_]+);").Groups[1].Value.Replace("_", ""), System.Globalization.CultureInfo.InvariantCulture);

    private static string[] Quoted(string text) => [.. Quote().Matches(text).Select(m => m.Groups[1].Value)];

    [GeneratedRegex(@"/\*.*?\*/|//[^\n]*", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^export interface (?<name>\w+)(?: extends (?<base>\w+))? \{\n(?<body>.*?)^\}", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Interface();

    [GeneratedRegex(@"^\s+(?<name>\w+\??): (?<type>.+);\s*$", RegexOptions.Multiline)]
    private static partial Regex Field();

    [GeneratedRegex(@"^export type (?<name>\w+) =\s*(?<words>(?:\|?\s*'\w+'\s*)+);", RegexOptions.Multiline)]
    private static partial Regex Choice();

    [GeneratedRegex(@"'(\w+)'")]
    private static partial Regex Quote();
}
