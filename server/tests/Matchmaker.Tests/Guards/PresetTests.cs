using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Guards;

/// <summary>A preset that names a setting wrongly would be ignored in silence, or stop a start in production.</summary>
[Collection(BuiltServerCollection.Name)]
public sealed class PresetTests(BuiltServer server)
{
    private static readonly MarkdownDocument _operations = new("server/docs/operations.md");

    public static TheoryData<string> Presets { get; } =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "infra/presets"), "*.env").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_sets_what_there_is_to_values_that_are_allowed(string preset)
    {
        var settings = Repository.Read($"infra/presets/{preset}").Split('\n')
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split('=', 2) is [var key, var value] ? new KeyValuePair<string, string?>(key, value) : throw new FormatException(line))
            .ToList();
        var known = _operations.Rows("Settings").Concat(_operations.Rows("Environment")).Select(row => MarkdownDocument.Marked(row[0]).First());
        Guard.None(settings.Select(s => s.Key).Where(key => !key.StartsWith("DOTNET_", StringComparison.Ordinal)).Except(known));

        var services = new ServiceCollection { server.Services };
        services.Replace(ServiceDescriptor.Singleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Key.Replace("__", ":", StringComparison.Ordinal), s.Value)))
            .Build()));
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
    }
}
