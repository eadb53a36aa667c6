using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Tests.Guards;

/// <summary>Names and sizes of files, classes and migrations.</summary>
public sealed partial class LayoutTests
{
    private const int SourceLines = 400;
    private const int TestLines = 600;
    private static readonly string[] _bannedEndings = ["Helper", "Helpers", "Util", "Utils", "Manager", "Processor", "Data", "Info"];

    // Names that users know.
    private static readonly string[] _knownByName = ["MemoryManager", "ConnectionManager"];

    [Fact]
    public void No_file_is_too_long()
    {
        SourceFile[] files =
        [
            .. Repository.Files("server", "*.cs"), .. Repository.Files("client-tests", "*.cs"),
            .. Repository.Files("server/web", "*.ts"), .. Repository.Files("client-tests", "*.mjs"),
        ];
        Assert.NotEmpty(files);
        Guard.None(files.Where(f => f.Lines > Limit(f.Path)).Select(f => $"{f.Path}: {f.Lines} lines of at most {Limit(f.Path)}"));
    }

    [Fact]
    public void No_class_has_a_name_that_says_nothing() => Guard.None(
        from type in typeof(MatchmakerHub).Assembly.GetTypes()
        where type.Namespace?.StartsWith(nameof(Matchmaker), StringComparison.Ordinal) is true // and not what a generator adds
            && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null && type.DeclaringType?.GetCustomAttribute<CompilerGeneratedAttribute>() is null
        let name = type.Name.Split('`')[0]
        let ending = _bannedEndings.FirstOrDefault(e => name.EndsWith(e, StringComparison.Ordinal))
        where ending is not null && !_knownByName.Contains(name) && !Inherits(type, ending)
        select $"{type.FullName} ends with {ending}");

    [Fact]
    public void Migrations_are_numbered_from_one_without_gaps()
    {
        var names = Repository.Files("db/migrations", "*.sql").Select(f => f.Name).ToList();
        Guard.None(names.Where(n => !MigrationName().IsMatch(n)));
        Assert.Equal(Enumerable.Range(1, names.Count), names.Select(n => int.Parse(n[..4], System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(names, Migrator.All.Select(m => m.Name));
    }

    private static int Limit(string path) =>
        path.StartsWith("server/src/", StringComparison.Ordinal) || (path.StartsWith("server/web/", StringComparison.Ordinal) && !path.Contains("/test/"))
            ? SourceLines
            : TestLines;

    // A subclass of the framework's says so in its name.
    private static bool Inherits(Type type, string ending) =>
        type.BaseType is { } parent && parent.Assembly != type.Assembly && parent.Name.Split('`')[0].EndsWith(ending, StringComparison.Ordinal);

    [GeneratedRegex(@"^\d{4}_[a-z0-9_]+\.sql$")]
    private static partial Regex MigrationName();
}
