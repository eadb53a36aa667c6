using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Matchmaker.Tests.Platform.Realtime;

public sealed class CatchUpWorkerTests : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTime _time = new();
    private readonly LoopbackCarrier _carrier = new(new ConcurrentDictionary<string, LoopbackCarrier>(), "one");

    public async ValueTask DisposeAsync()
    {
        await _carrier.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task It_asks_each_second_while_nothing_can_be_heard_once_afterwards_and_then_no_more()
    {
        var follower = new Follower();
        using var worker = Start(_carrier, new Follower { Fails = true }, follower);
        await worker.StartAsync(CancellationToken.None);
        await Pass();
        Assert.Equal(0, follower.Count);

        _carrier.Cut();
        await Pass();
        await Pass();
        Assert.Equal(2, follower.Count);

        _carrier.Mend();
        await Pass();
        await Pass();
        await Pass();
        Assert.Equal(3, follower.Count);
        await worker.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_could_not_be_read_is_asked_for_until_it_was_and_nobody_else_asks_again()
    {
        var (away, other) = (new Follower { Fails = true }, new Follower());
        using var worker = Start(_carrier, away, other);
        await worker.StartAsync(CancellationToken.None);
        await Pass();

        _carrier.Mend();
        await Pass();
        await Pass();
        Assert.Equal((2, 1), (away.Count, other.Count));

        away.Fails = false;
        await Pass();
        await Pass();
        Assert.Equal((3, 1), (away.Count, other.Count));
        await worker.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_server_by_itself_asks_nobody()
    {
        var follower = new Follower();
        using var worker = Start(new AloneCarrier(), follower);
        await worker.StartAsync(CancellationToken.None);
        await worker.ExecuteTask!;

        Assert.Equal(0, follower.Count);
    }

    private CatchUpWorker Start(ICarrier carrier, params Follower[] followers) => new(
        carrier, followers, new RealtimeMetrics(_services.GetRequiredService<IMeterFactory>()), _time, NullLogger<CatchUpWorker>.Instance);

    // The worker runs on threads of its own: after each second it gets the time to look.
    private async Task Pass()
    {
        await Task.Delay(100);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.Delay(100);
    }

    private sealed class Follower : IFollower
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public bool Fails { get; set; }

        public Task CatchUp()
        {
            Interlocked.Increment(ref _count);
            return Fails ? throw new TimeoutException() : Task.CompletedTask;
        }
    }
}
