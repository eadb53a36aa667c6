using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Matchmaker.Tests.Guards;

/// <summary>A log event keeps its number for good: operators search for it.</summary>
public sealed partial class LogEventTests
{
    private static readonly IReadOnlyList<(Type Type, string Name, int Number)> _events =
    [
        .. from type in typeof(MatchmakerHub).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           let message = method.GetCustomAttribute<LoggerMessageAttribute>()
           where message is not null
           select (type, $"{type.Name}.{method.Name}", message.EventId),
    ];

    [Fact]
    public void No_two_events_share_a_number()
    {
        Assert.NotEmpty(_events);
        Guard.None(_events.GroupBy(e => e.Number).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(e => e.Name))}"));
    }

    [Fact]
    public void Every_event_lies_in_the_range_that_its_file_tells()
    {
        var ranges = _events.Select(e => e.Type).Distinct().ToDictionary(t => t, Range);
        Guard.None(_events.Where(e => e.Number < ranges[e.Type].First || e.Number > ranges[e.Type].Last).Select(e => $"{e.Name} is {e.Number}"));
        Guard.None(
            from a in ranges
            from b in ranges
            where a.Key != b.Key && a.Value.First <= b.Value.Last && b.Value.First <= a.Value.Last
            select $"{a.Key.Name} and {b.Key.Name} overlap");
    }

    private static (int First, int Last) Range(Type type)
    {
        var file = Repository.Server.SingleOrDefault(f => f.Name == type.Name + ".cs");
        Assert.True(file is not null && type.Name.EndsWith("Log", StringComparison.Ordinal), $"{type.Name}: log events stand in a …Log.cs");
        var match = Told().Match(file.Text);
        Assert.True(match.Success, $"{file.Path} does not tell its range: Log events 0000-0099.");
        return (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@"Log events (\d{4})-(\d{4})\b")]
    private static partial Regex Told();
}
