using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;
using Matchmaker.Tests.Invariants;

namespace Matchmaker.Tests.Features.Matching;

public sealed class MatchingMetricsTests
{
    [Fact]
    public async Task How_long_people_waited_is_told_by_what_became_of_them()
    {
        await using var world = await World.InMemory();
        using var waits = new Waits(world);
        world.Pairing.Lead(1);
        var (early, late, leaver, lost) = (await world.Enter(), await world.Enter(), await world.Enter(Gender.Male), await world.Enter(Gender.Male));
        var nobody = new QueueWishes(Wants: [Gender.Nonbinary]);
        Assert.Null((await world.Queue.Join(leaver.Connection, nobody)).No);
        Assert.Null((await world.Queue.Join(lost.Connection, nobody)).No);
        Assert.Null((await world.Queue.Join(early.Connection, null)).No);
        await world.Pass(TimeSpan.FromSeconds(7));
        Assert.Null((await world.Queue.Join(late.Connection, null)).No);
        while (await world.Pairing.Run(10))
        {
            // Until nobody is left who fits.
        }

        await world.Queue.Leave(leaver.Id);
        await world.Queue.Leave(leaver.Id);
        await world.Presence.Close(lost.Connection);
        await world.Pass(TimeSpan.FromSeconds(31));
        world.Queue.ForgetHeld();
        world.Queue.ForgetHeld();

        Assert.Equal(["left 7", "lost 38", "matched 0", "matched 7"], waits.Told.Order());
    }

    /// <summary>What the histogram of this world is told.</summary>
    private sealed class Waits : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<string> _told = new();

        public Waits(World world)
        {
            var meters = world.Get<IMeterFactory>();
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "matchmaker.queue.wait" && instrument.Meter.Scope == meters)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => _told.Enqueue($"{tags[0].Value} {Math.Round(seconds)}"));
            _listener.Start();
        }

        public IEnumerable<string> Told => _told;

        public void Dispose() => _listener.Dispose();
    }
}
