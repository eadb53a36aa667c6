using System.Reflection;
using Matchmaker.Platform.Logging;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Settings;

/// <summary>
/// Every wrong setting, each in one line, before anything is made of them. The framework's own check stops at the first key that
/// it cannot bind, and names it in its own way; it stays as the second line.
/// </summary>
internal sealed class WrongSettings(IReadOnlyList<string> lines) : Exception(string.Join(Environment.NewLine, lines))
{
    private static readonly string[] _levels = Enum.GetNames<LogLevel>();

    public IReadOnlyList<string> Lines => lines;

    /// <summary>Throws when one of these options, or the log's, is wrong.</summary>
    public static void Stop(WebApplicationBuilder builder, IReadOnlyCollection<Type> options)
    {
        // Not disposed: the configuration, which is the builder's, would be with it.
        var provider = builder.Services.BuildServiceProvider();
        var wrong = Misspelt(builder.Configuration, options)
            .Concat(Logging(builder.Configuration))
            .Concat(Addresses(builder.Configuration))
            .Concat(options.SelectMany(type => Keys(builder.Configuration, type).Concat(Rules(provider, type))))
            .Distinct()
            .ToList();
        if (wrong.Count > 0)
        {
            throw new WrongSettings(wrong);
        }
    }

    /// <summary>Keys of a section that are not known or cannot be read.</summary>
    private static IEnumerable<string> Keys(ConfigurationManager configuration, Type options)
    {
        var properties = options.GetProperties();
        foreach (var child in configuration.GetSection(SettingName.SectionOf(options)).GetChildren())
        {
            var name = SettingName.Of(child.Path);
            var property = Array.Find(properties, p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                var nearest = Nearest.Of(child.Key, properties.Select(p => p.Name));
                yield return $"{name} is not a setting{(nearest is null ? "" : $"; {SettingName.SectionOf(options)}__{nearest} is")}";
            }
            else if (property.CanWrite && !SettingText.IsReadable(child.Value ?? "", property.PropertyType))
            {
                yield return $"{name} must be {SettingText.Kind(property.PropertyType)}, but is {SettingText.Given(child.Value)}";
            }
        }
    }

    /// <summary>Ranges and rules, as the options themselves tell.</summary>
    private static IReadOnlyList<string> Rules(IServiceProvider provider, Type type)
    {
        try
        {
            var options = typeof(IOptions<>).MakeGenericType(type);
            options.GetProperty("Value")!.GetValue(provider.GetRequiredService(options), BindingFlags.DoNotWrapExceptions, null, null, null);
            return [];
        }
        catch (OptionsValidationException e)
        {
            return [.. e.Failures];
        }
        catch (InvalidOperationException)
        {
            // What cannot be bound is told by its keys.
            return [];
        }
    }

    /// <summary>
    /// A section of ours with a letter wrong. Variables of others are none of our business, so it has to have one of our keys too.
    /// </summary>
    private static IEnumerable<string> Misspelt(ConfigurationManager configuration, IReadOnlyCollection<Type> options) =>
        from section in configuration.GetChildren()
        where !options.Any(type => SettingName.SectionOf(type).Equals(section.Key, StringComparison.OrdinalIgnoreCase))
        let near = options.FirstOrDefault(type => Nearest.Of(section.Key, [SettingName.SectionOf(type)]) is not null)
        where near is not null
        from child in section.GetChildren()
        where near.GetProperties().Any(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase))
        select $"{SettingName.Of(child.Path)} is not a setting; {SettingName.SectionOf(near)}__{child.Key} is";

    /// <summary>The framework's section: a level that it does not know would end the start with a stack, a form not at all.</summary>
    private static IEnumerable<string> Logging(ConfigurationManager configuration)
    {
        var logging = configuration.GetSection("Logging");
        foreach (var level in logging.GetSection("LogLevel").GetChildren().Concat(logging.GetChildren().SelectMany(p => p.GetSection("LogLevel").GetChildren())))
        {
            if (level.Value is { Length: > 0 } text && !_levels.Contains(text, StringComparer.OrdinalIgnoreCase))
            {
                yield return $"{SettingName.Of(level.Path)} must be one of {string.Join(", ", _levels)}, but is {SettingText.Given(text)}";
            }
        }

        if (logging["Console:FormatterName"] is { Length: > 0 } form && !LoggingFeature.Formats.Contains(form, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"Logging__Console__FormatterName must be one of {string.Join(", ", LoggingFeature.Formats)}, but is {SettingText.Given(form)}";
        }
    }

    /// <summary>TLS is the proxy's work, so there is nothing but http.</summary>
    private static IEnumerable<string> Addresses(ConfigurationManager configuration) =>
        from text in (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        where !IsAddress(text)
        select $"ASPNETCORE_URLS must list addresses such as http://127.0.0.1:8080, with semicolons, but has {SettingText.Given(text)}";

    private static bool IsAddress(string text)
    {
        try
        {
            return BindingAddress.Parse(text) is { Scheme: "http", PathBase: "", Port: >= 0 and < 65_536 };
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
