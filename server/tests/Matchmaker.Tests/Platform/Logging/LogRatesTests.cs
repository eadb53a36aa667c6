using System.Diagnostics.Metrics;
using Matchmaker.Platform.Logging;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Platform.Logging;

public sealed class LogRatesTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTime _time = new();
    private readonly LogRates _rates;

    public LogRatesTests() => _rates = new LogRates(
        Options.Create(new LogOptions()), _time, new LoggingMetrics(_services.GetRequiredService<IMeterFactory>()));

    public void Dispose() => _services.Dispose();

    [Fact]
    public void Ten_of_a_kind_pass_at_once_then_one_a_second_which_tells_of_the_others()
    {
        Assert.Equal(10, Enumerable.Range(0, 1000).Count(_ => Pass(1001)));

        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(Pass(1001));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_rates.TryPass("a", 1001, LogLevel.Warning, out var suppressed));
        Assert.Equal(991, suppressed);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_rates.TryPass("a", 1001, LogLevel.Warning, out suppressed));
        Assert.Equal(0, suppressed);
    }

    [Fact]
    public void A_flood_of_one_kind_hides_no_other()
    {
        Assert.Equal(10, Enumerable.Range(0, 100).Count(_ => Pass(1001)));
        Assert.True(Pass(1002));
        Assert.True(_rates.TryPass("b", 1001, LogLevel.Warning, out _));
    }

    [Fact]
    public void What_is_left_out_is_counted_by_level()
    {
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            // Of this test's own meters: others write logs meanwhile.
            if (instrument.Name == "matchmaker.log.suppressed" && instrument.Meter.Scope == _services.GetRequiredService<IMeterFactory>())
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            var level = (string)tags[0].Value!;
            seen[level] = seen.GetValueOrDefault(level) + count;
        });
        listener.Start();
        for (var i = 0; i < 12; i++)
        {
            _rates.TryPass("a", 1, LogLevel.Error, out _);
            _rates.TryPass("a", 2, LogLevel.Debug, out _);
        }

        Assert.Equal([new("debug", 2), new("error", 2)], seen.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void There_is_an_end_of_kinds_and_the_rest_share_one()
    {
        for (var i = 0; i < LogRates.MaxKinds; i++)
        {
            Assert.True(Pass(i));
        }

        Assert.Equal(10, Enumerable.Range(LogRates.MaxKinds, 1000).Count(Pass));
        Assert.Equal(LogRates.MaxKinds, _rates.Kinds);
    }

    private bool Pass(int id) => _rates.TryPass("a", id, LogLevel.Warning, out _);
}
