using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Matchmaker.Platform.Memory;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Guards;

/// <summary>operations.md has every setting with its default and range, every variable, bound and clean-up, and no other.</summary>
[Collection(BuiltServerCollection.Name)]
public sealed partial class OperationsTests(BuiltServer server)
{
    private static readonly MarkdownDocument _document = new("server/docs/operations.md");

    [Fact]
    public void Every_setting_is_described_with_its_default_and_range_and_no_other() => Guard.Same(
        from type in OptionsTests.All
        from property in type.GetProperties()
        select $"{OptionsTests.Section(type)}__{property.Name} | {Default(type, property)} | {Range(property)}",
        _document.Rows("Settings").Select(r => $"{MarkdownDocument.Marked(r[0]).First()} | {r[1]} | {r[2]}"));

    [Fact]
    public void Every_variable_is_described_and_no_other() => Guard.Same(
        (from file in Repository.Server
         from Match match in Variable().Matches(file.Text)
         select match.Groups[1].Value).Distinct(),
        _document.Rows("Environment").Select(r => MarkdownDocument.Marked(r[0]).First()).Where(v => !v.StartsWith("ASPNETCORE_", StringComparison.Ordinal)));

    /// <summary>Whatever grows has a bound, a figure and a row: one that is declared and not described, or the other way round, is found.</summary>
    [Fact]
    public void Every_bound_has_its_row_in_the_table_of_state_and_no_other() => Guard.Same(
        server.Provider.GetServices<BoundEntry>().Select(entry => entry.Bound.Name)
            .Concat(server.Provider.GetServices<IMemoryTenant>().Select(tenant => tenant.Name)),
        _document.MarkedLast("State").Except(["requests", "/health", "kestrel.*"]));

    [Fact]
    public void Every_part_of_a_clean_up_is_described_and_no_other() => Guard.Same(
        server.Provider.GetServices<ICleanup>().Select(cleanup => cleanup.Name),
        _document.Rows("Memory").Select(r => MarkdownDocument.Marked(r[0]).First()).Where(name => name.Contains('_')));

    private static string Default(Type type, PropertyInfo property) => property.GetValue(Activator.CreateInstance(type)) switch
    {
        TimeSpan duration => Text(duration),
        bool on => on ? "true" : "false",
        string { Length: > 0 } => "see right",
        null or string or System.Collections.IEnumerable => "none",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Range(PropertyInfo property) => property.GetCustomAttribute<RangeAttribute>() is { } range
        ? $"{Bound(range.Minimum)} to {Bound(range.Maximum)}"
        : "";

    private static string Bound(object bound) => bound is string duration
        ? Text(TimeSpan.Parse(duration, CultureInfo.InvariantCulture))
        : Convert.ToString(bound, CultureInfo.InvariantCulture)!;

    private static string Text(TimeSpan duration) =>
        duration.Ticks % TimeSpan.TicksPerSecond == 0 ? duration.ToString("c") : duration.ToString("c").TrimEnd('0');

    [GeneratedRegex("""(?:\[|GetValue\(|GetEnvironmentVariable\(|Variable\()"([A-Z][A-Z0-9_]+)"[\]),]""")]
    private static partial Regex Variable();
}
