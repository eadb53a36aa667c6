using System.Text.RegularExpressions;
using Matchmaker.Features.Admin;

namespace Matchmaker.Tests.Guards;

/// <summary>The console's shapes.ts declares what its routes and its hub say, no less and no more.</summary>
public sealed partial class ConsoleClientTests
{
    private static readonly ClientSource _console = new("admin/src/api/shapes");
    private static readonly MarkdownDocument _document = new("server/docs/protocol.md");

    // The operator's command asks with it, not the console.
    private static readonly Type[] _shapes =
        [.. WireNames.Shapes.Values.Where(ClientTests.IsConsoles).Except([typeof(AdminCommandRequest)])];

    [Fact]
    public void The_console_knows_every_shape_and_no_other() => Guard.Same(_shapes.Select(s => s.Name), _console.Interfaces);

    /// <summary>Of what is sent the code lets more be absent than is allowed.</summary>
    [Fact]
    public void The_console_knows_every_field_with_its_type_and_no_other() => Guard.Same(
        from shape in _shapes
        from field in WireNames.Fields(shape)
        select $"{shape.Name}: {Loose(shape, Typed(field.Replace("`", "").Replace(" |", ":")))}",
        from shape in _shapes
        from field in _console.Fields(shape.Name)
        select $"{shape.Name}: {Loose(shape, field)}");

    [Fact]
    public void The_console_knows_every_word_of_its_own()
    {
        foreach (var (name, words) in _console.Words)
        {
            Assert.Equal(WireNames.Values(WireNames.Words[name]), words);
        }
    }

    [Fact]
    public void The_console_asks_every_route_and_no_other() => Guard.Same(
        from row in _document.Rows("Console")
        from path in MarkdownDocument.Marked(row[0]).Take(1)
        where path.Contains("/api/admin/", StringComparison.Ordinal) // events stand there too
            && !path.EndsWith("/export", StringComparison.Ordinal) // a link on the page of the audit
        select Placeholder().Replace(path.Replace("/api/admin/", ""), "*"),
        from asked in Asked().Matches(Repository.Read("server/web/admin/src/api/api.ts"))
        let method = asked.Groups["method"] is { Success: true, Value: var sent } ? sent : "GET"
        select $"{method} {Placeholder().Replace(asked.Groups["path"].Value, "*")}");

    private static string Loose(Type shape, string field) =>
        shape.Name.EndsWith("Request", StringComparison.Ordinal) ? field.Replace("?", "") : field;

    // The types of protocol.md as the console writes them.
    private static string Typed(string text) => TypeName().Replace(text, m => m.Value switch
    {
        "id" or "text" => "string",
        "time" => "IsoTime",
        "json" => "Json",
        "map" => "Partial<Record<Reason, number>>",
        var name => ClientTests.Called(name),
    });

    [GeneratedRegex(@"(?<=: )\w+")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"\$?\{[^}]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\b(?:get|send)<[\w<>]+>\((?:'(?<method>[A-Z]+)', )?['`](?<path>[^'`]+)['`]")]
    private static partial Regex Asked();
}
