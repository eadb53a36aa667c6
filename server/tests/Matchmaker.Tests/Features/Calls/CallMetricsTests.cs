using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Matchmaker.Features.Calls;
using Matchmaker.Platform.Postgres;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Calls;

/// <summary>What several instances see is counted by the one whose statement changed the row.</summary>
[Trait("Category", "Postgres")]
public sealed class CallMetricsTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Who_hears_of_an_end_does_not_count_it()
    {
        using var counted = new Counted(One, Two);
        var (a, b, callId) = await Call();

        await One.Ending.HangUp(a.Id, callId, EndReason.Hangup);
        await Told(Two, b.Id.ToString(), "callEnded");

        Assert.Equal([EndReason.Hangup], counted.Ends);
    }

    [Fact]
    public async Task A_call_that_both_end_at_once_is_counted_once()
    {
        using var counted = new Counted(One, Two);
        var (a, b, callId) = await Call();
        Cut();

        await Task.WhenAll(new[] { One, Two }.Select(world => world.Ending.End(world.Get<LiveCalls>().Find(callId)!, EndReason.TimeUp)));

        Assert.Equal([EndReason.TimeUp], counted.Ends);
        await Told(One, a.Id.ToString(), "callEnded");
        await Told(Two, b.Id.ToString(), "callEnded");
    }

    [Fact]
    public async Task A_call_that_nobody_looked_after_is_counted_by_the_sweep_that_closes_it()
    {
        using var counted = new Counted(One, Two);
        var (a, b) = (await One.Enter(), await Two.Enter());
        await One.StartInStore(a, b, callSeconds: 60);
        await One.Pass(TimeSpan.FromSeconds(70));

        await Task.WhenAll(One.Sweep(), Two.Sweep());

        Assert.Equal([EndReason.TimeUp], counted.Ends);
    }

    /// <summary>The ends that the meters of these instances count together.</summary>
    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<EndReason> _ends = new();

        public Counted(params World[] worlds)
        {
            var factories = worlds.Select(w => w.Get<IMeterFactory>()).ToHashSet<object?>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "matchmaker.calls.duration" && factories.Contains(instrument.Meter.Scope))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((_, _, tags, _) => _ends.Enqueue(StoredWord.Parse<EndReason>((string)tags[0].Value!)));
            _listener.Start();
        }

        public IEnumerable<EndReason> Ends => _ends;

        public void Dispose() => _listener.Dispose();
    }
}
