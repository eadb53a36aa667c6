using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>Both sides of every call signal to each other, by the clock or as fast as the windows allow.</summary>
internal sealed class Relay
{
    private static readonly TimeSpan StrayShows = TimeSpan.FromSeconds(1);

    private readonly LoadOptions _options;
    private readonly Report _report;
    private readonly Lane[] _lanes;
    private readonly int _total;
    private readonly Latencies _latencies;
    private readonly Latencies _lag;
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing;

    public Relay(IReadOnlyList<Couple> couples, LoadOptions options, Report report)
    {
        (_options, _report) = (options, report);
        _total = couples.Count * 2 * options.Signals;
        _missing = _total;
        _latencies = new Latencies(_total);
        _lag = new Latencies(_total);
        _lanes = [.. couples.SelectMany((couple, at) => (Lane[])[
            new(at * 2, couple.First, couple.Second, couple.CallId, options, report, Arrived),
            new((at * 2) + 1, couple.Second, couple.First, couple.CallId, options, report, Arrived)])];
    }

    /// <exception cref="StepFailedException">Not all arrived before time ran out.</exception>
    public async Task Run(Population population, CancellationToken cancel)
    {
        _report.Figure("signals", (long)_total);
        var phase = _report.Measure();
        try
        {
            await SendAll(cancel);
            await _all.Task.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            throw new StepFailedException(Missing(population));
        }

        var seconds = phase.Seconds;
        _report.Cpu("Signal", phase, _total);
        _report.Figure("signalBytesMean", _lanes.Sum(lane => lane.Bytes) / (double)_total, "B");
        _report.Figure("signalsPerSecond", _total / seconds, "1/s");
        _report.Percentiles("relay", _latencies);
        if (_options.Rate > 0)
        {
            _report.Percentiles("driverLag", _lag);
        }

        await Task.Delay(StrayShows, cancel);
        foreach (var member in population.Members)
        {
            var (ok, refused, code) = (member.Hub.PostedOk, member.Hub.PostedRefused, member.Hub.PostedRefusal);
            _report.Expect($"signals of user {member.Number} acknowledged", _options.Signals, ok);
            _report.Expect($"signals of user {member.Number} refused ({code})", 0, refused);
        }
    }

    // The lanes take turns, so that every connection has its share at every moment.
    private Task SendAll(CancellationToken cancel) => _options.Rate == 0
        ? Task.WhenAll(_lanes.Select(lane => lane.SendAll(cancel)))
        : Pace.Run(_total, _options.Rate, _lag, next => _lanes[next % _lanes.Length].SendNext(cancel), cancel);

    private void Arrived(long ticks)
    {
        _latencies.Add(ticks);
        if (Interlocked.Decrement(ref _missing) == 0)
        {
            _all.TrySetResult();
        }
    }

    private string Missing(Population population)
    {
        var (slowest, count) = _lanes.Select((lane, at) => (at, lane.Count)).MinBy(lane => lane.Count);
        var refusal = population.Members.Select(member => member.Hub.PostedRefusal).FirstOrDefault(code => code is not null);
        return $"signals: {_missing} of {_total} never arrived; lane {slowest} got {count} of {_options.Signals}; " +
            $"refused with: {refusal ?? "nothing"}";
    }
}
