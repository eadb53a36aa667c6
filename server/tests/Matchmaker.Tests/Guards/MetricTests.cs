using System.Diagnostics.Metrics;
using Matchmaker.Platform.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Guards;

/// <summary>operations.md has every instrument of ours with its kind, unit and description, and no other.</summary>
[Collection(BuiltServerCollection.Name)]
public sealed class MetricTests(BuiltServer server)
{
    private static readonly MarkdownDocument _document = new("server/docs/operations.md");

    [Fact]
    public void Every_instrument_is_described_and_no_other() => Guard.Same(
        Instruments().Select(i => $"`{i.Name}` | {Kind(i)} | {i.Unit?.Trim('{', '}')} | {i.Description}"),
        _document.Rows("Metrics").Where(r => r[0].StartsWith("`matchmaker.", StringComparison.Ordinal)).Select(r => string.Join(" | ", r)));

    [Fact]
    public void Every_instrument_has_a_description() => Guard.None(
        Instruments().Where(i => i.Description is not { Length: > 10 }).Select(i => i.Name));

    private List<Instrument> Instruments()
    {
        var types = typeof(MatchmakerHub).Assembly.GetTypes().Where(t => t.Name.EndsWith("Metrics", StringComparison.Ordinal)).ToList();
        Guard.None(types.Where(t => server.Provider.GetService(t) is null).Select(t => $"{t.Name} is not registered"));
        server.Provider.GetRequiredService<RedisMetrics>().Observe(() => true); // as a carrier does, which an embedded server has not
        var meters = server.Provider.GetRequiredService<IMeterFactory>();
        var found = new Dictionary<string, Instrument>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Meter.Name.StartsWith("Matchmaker.", StringComparison.Ordinal))
            {
                found[instrument.Name] = instrument;
            }
        };
        listener.Start();
        return [.. found.Values];
    }

    private static string Kind(Instrument instrument) => instrument.GetType().Name switch
    {
        var name when name.Contains("Counter", StringComparison.Ordinal) => "counter",
        var name when name.Contains("Histogram", StringComparison.Ordinal) => "histogram",
        _ => "gauge",
    };
}
