using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>Both sides of every call signal to each other, by the clock or as fast as the windows allow.</summary>
internal sealed class Relay
{
    private static readonly TimeSpan StrayShows = TimeSpan.FromSeconds(1);

    private readonly LoadOptions _options;
    private readonly Report _report;
    private readonly string _prefix;
    private readonly Member[] _members;
    private readonly Lane[] _lanes;
    private readonly int _total;
    private readonly Latencies _latencies;
    private readonly Latencies _lag;
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _missing;

    /// <param name="prefix">Of the figures, when there is more than one relay.</param>
    public Relay(IReadOnlyList<Couple> couples, LoadOptions options, Report report, string prefix = "")
    {
        (_options, _report, _prefix) = (options, report, prefix);
        _members = [.. couples.SelectMany(couple => (Member[])[couple.First, couple.Second])];
        _total = couples.Count * 2 * options.Signals;
        _missing = _total;
        _latencies = new Latencies(_total);
        _lag = new Latencies(_total);
        _lanes = [.. couples.SelectMany((couple, at) => (Lane[])[
            new(at * 2, couple.First, couple.Second, couple.CallId, options, report, Arrived),
            new((at * 2) + 1, couple.Second, couple.First, couple.CallId, options, report, Arrived)])];
    }

    /// <exception cref="StepFailedException">Not all arrived before time ran out.</exception>
    public async Task Run(CancellationToken cancel)
    {
        _report.Figure(Name("signals"), (long)_total);
        var before = _members.Select(member => member.Hub.PostedOk).ToArray();
        var phase = _report.Measure();
        try
        {
            await SendAll(cancel);
            await _all.Task.WaitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            throw new StepFailedException(Missing());
        }

        var seconds = phase.Seconds;
        _report.Cpu(_prefix.Length == 0 ? "Signal" : $"{char.ToUpperInvariant(_prefix[0])}{_prefix[1..]}Signal", phase, _total);
        _report.Figure(Name("signalBytesMean"), _lanes.Sum(lane => lane.Bytes) / (double)_total, "B");
        _report.Figure(Name("signalsPerSecond"), _total / seconds, "1/s");
        _report.Percentiles(Name("relay"), _latencies);
        if (_options.Rate > 0)
        {
            _report.Percentiles(Name("driverLag"), _lag);
        }

        await Task.Delay(StrayShows, cancel);
        foreach (var (member, was) in _members.Zip(before))
        {
            var (ok, refused, code) = (member.Hub.PostedOk, member.Hub.PostedRefused, member.Hub.PostedRefusal);
            _report.Expect($"signals of user {member.Number} acknowledged", _options.Signals, ok - was);
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

    private string Name(string figure) => _prefix.Length == 0 ? figure : $"{_prefix}{char.ToUpperInvariant(figure[0])}{figure[1..]}";

    private string Missing()
    {
        var (slowest, count) = _lanes.Select((lane, at) => (at, lane.Count)).MinBy(lane => lane.Count);
        var refusal = _members.Select(member => member.Hub.PostedRefusal).FirstOrDefault(code => code is not null);
        return $"signals: {_missing} of {_total} never arrived; lane {slowest} got {count} of {_options.Signals}; " +
            $"refused with: {refusal ?? "nothing"}";
    }
}
