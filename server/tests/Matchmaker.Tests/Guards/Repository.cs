namespace Matchmaker.Tests.Guards;

/// <summary>The working tree that these tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] _generated = ["/bin/", "/obj/", "/node_modules/", "/dist/", "/wwwroot/"];

    public static string Root { get; } = FindRoot();

    /// <summary>The server's own C# files.</summary>
    public static IReadOnlyList<SourceFile> Server { get; } = Files("server/src/Matchmaker", "*.cs");

    public static IReadOnlyList<SourceFile> Files(string folder, string pattern) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !_generated.Any(path.Contains))
            .Order(StringComparer.Ordinal)
            .Select(path => SourceFile.Of(path, Read(path))),
    ];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Matchmaker.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("These tests read the sources: run them from a working tree.");
    }
}
