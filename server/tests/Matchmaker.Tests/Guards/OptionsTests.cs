using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Guards;

/// <summary>A misspelt key or a value out of range stops the start and is named, in every section.</summary>
[Collection(BuiltServerCollection.Name)]
public sealed class OptionsTests(BuiltServer server)
{
    internal static Type[] All { get; } =
        [.. typeof(MatchmakerHub).Assembly.GetTypes().Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal)).OrderBy(t => t.Name)];

    [Fact]
    public void Every_options_class_names_its_section()
    {
        Assert.NotEmpty(All);
        Guard.None(All.Where(t => Section(t) is not { Length: > 0 }).Select(t => t.Name));
        Assert.Equal(All.Length, All.Select(Section).Distinct().Count());
    }

    [Fact]
    public void Every_number_and_duration_has_a_range() => Guard.None(
        from type in All
        from property in Numbers(type)
        where property.GetCustomAttribute<RangeAttribute>() is null
        select $"{type.Name}.{property.Name} has no [Range]");

    /// <summary>A setting that nobody reads is a promise that nobody keeps.</summary>
    [Fact]
    public void Every_setting_is_read_somewhere()
    {
        var unread = (from type in All
                      from property in type.GetProperties()
                      let use = new Regex($@"\.{property.Name}\b")
                      where !Repository.Server.Any(f => f.Name != type.Name + ".cs" && (use.IsMatch(f.Code) || f.Literals.Any(use.IsMatch)))
                      select $"{type.Name}.{property.Name}").ToList();
        Guard.None(unread.Select(s => s + " is read nowhere"));
    }

    /// <summary>check-config has a list of its own; a section that is not in it would be in force unseen.</summary>
    [Fact]
    public void Every_section_is_printed_by_check_config()
    {
        var printed = (Type[])typeof(CheckConfig).GetField("Sections", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;
        Guard.None(All.Except(printed).Select(t => t.Name));
    }

    [Fact]
    public void An_unknown_key_stops_the_start_and_is_named() => Guard.None(
        from type in All
        let failure = Start($"{Section(type)}:NoSuchKey", "1")
        where failure?.ToString().Contains("NoSuchKey", StringComparison.Ordinal) is not true
        select $"{type.Name}: BindConfiguration with ErrorOnUnknownConfiguration, or ValidateOnStart, is missing ({failure?.Message})");

    [Fact]
    public void A_value_out_of_range_stops_the_start_and_is_named() => Guard.None(
        from type in All
        from property in Numbers(type)
        let range = property.GetCustomAttribute<RangeAttribute>()
        where range is not null
        let failure = Start($"{Section(type)}:{property.Name}", Below(range))
        where failure?.ToString().Contains(property.Name, StringComparison.Ordinal) is not true
        select $"{type.Name}.{property.Name}: ValidateDataAnnotations or ValidateOnStart is missing ({failure?.Message})");

    /// <summary>The other way round, a slow statement would cost its connection.</summary>
    [Theory]
    [InlineData("00:00:04.9", true)]
    [InlineData("00:00:05", false)]
    public void A_statement_is_given_up_before_its_command(string statement, bool starts) =>
        Assert.Equal(starts, Start("Postgres:StatementTimeout", statement) is null);

    /// <summary>What the host asks before it starts anything, with one setting more.</summary>
    private Exception? Start(string key, string value)
    {
        var services = new ServiceCollection { server.Services };
        services.Replace(ServiceDescriptor.Singleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build()));
        using var provider = services.BuildServiceProvider();
        return Record.Exception(provider.GetRequiredService<IStartupValidator>().Validate);
    }

    internal static string? Section(Type type) => type.GetField("Section")?.GetRawConstantValue() as string;

    private static IEnumerable<PropertyInfo> Numbers(Type type) => type.GetProperties().Where(p => p.CanWrite
        && (Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType) is var t
        && (t == typeof(TimeSpan) || (t.IsPrimitive && t != typeof(bool))));

    private static string Below(RangeAttribute range) => range.Minimum switch
    {
        string duration => (TimeSpan.Parse(duration, CultureInfo.InvariantCulture) - TimeSpan.FromMilliseconds(1)).ToString("c"),
        double number => (number - 1).ToString(CultureInfo.InvariantCulture),
        var number => (Convert.ToInt64(number, CultureInfo.InvariantCulture) - 1).ToString(CultureInfo.InvariantCulture),
    };
}
