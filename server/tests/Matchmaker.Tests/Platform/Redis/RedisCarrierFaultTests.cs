using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Redis;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Redis;

/// <summary>Redis slow, stopped, killed, empty, half-open or never there: nobody waits, and all is well again afterwards.</summary>
[Trait("Category", "Redis")]
public sealed class RedisCarrierFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private static readonly Topic<int> _numbers = Topic.Json<int>("number");
    private static readonly Topic<int> _slow = new("slow", _ => new byte[60_000], _ => 0);
    private readonly TestRedis _redis = new();
    private readonly RedisCarriers _carriers = new();
    private readonly ConcurrentQueue<int> _heard = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _carriers.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task Killed_and_started_again_it_carries_again_and_both_ask_what_they_missed()
    {
        await _redis.Start();
        var (one, two) = await Couple();
        await _redis.Kill();
        await Eventually.Holds(() => !one.IsUp && !two.IsUp);
        Assert.True(two.TakeMissed());
        Assert.True(two.TakeMissed()); // again and again while nothing can be heard
        one.Tell(_numbers, 1);

        await _redis.Start();
        await Eventually.Holds(() => one.IsUp && two.IsUp);

        Assert.True(one.TakeMissed());
        Assert.True(two.TakeMissed());
        Assert.False(two.TakeMissed());
        await Hears(one, 2);
        Assert.DoesNotContain(1, _heard);
    }

    [Fact]
    public async Task An_instance_that_stood_still_misses_nothing_while_it_replaces_its_link()
    {
        await _redis.Start();
        var (options, time) = (RedisCarriers.Options(_redis.Url), new FakeTime());
        var one = await _carriers.StartUp("one", options);
        var two = await _carriers.Start("two", options, time);
        two.On(_numbers, _heard.Enqueue);
        await Beats();
        var links = _carriers.Count("links");

        time.Advance(options.Silence * 2);
        await Eventually.Holds(() => !two.IsUp);
        await Task.Delay(500); // as long as closing a link may take
        one.Send("two", _numbers, 1);
        await Eventually.Holds(() => _heard.Contains(1));

        await Beats();
        Assert.Equal(links + 1, _carriers.Count("links"));
        one.Send("two", _numbers, 2);
        await Eventually.Holds(() => _heard.Contains(2));
        Assert.Equal([1, 2], _heard);

        Task Beats() => Eventually.Holds(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            return two.IsUp;
        });
    }

    [Fact]
    public async Task Started_before_Redis_it_joins_when_Redis_is_there()
    {
        var options = RedisCarriers.Options(_redis.Url);
        var one = await _carriers.Start("one", options);
        var two = await _carriers.Start("two", options);
        two.On(_numbers, _heard.Enqueue);
        one.Tell(_numbers, 1);
        Assert.False(one.IsUp);

        await _redis.Start();
        await Eventually.Holds(() => one.IsUp && two.IsUp);

        await Hears(one, 2);
        Assert.DoesNotContain(1, _heard);
    }

    [Fact]
    public async Task While_Redis_stands_still_nobody_waits_and_what_is_told_is_dropped()
    {
        await _redis.Start();
        var (one, two) = await Couple();
        await _redis.Pause();
        await Eventually.Holds(() => !one.IsUp);
        await Eventually.Holds(() => one.Queued == 0);
        var dropped = _carriers.Count("dropped");

        for (var i = 0; i < 50_000; i++)
        {
            one.Tell(_numbers, -1);
        }

        await Eventually.Holds(() => _carriers.Count("dropped") >= dropped + 50_000);
        await _redis.Continue();
        await Eventually.Holds(() => one.IsUp && two.IsUp);
        await Hears(one, 2);
        Assert.DoesNotContain(-1, _heard);
    }

    [Fact]
    public async Task Beyond_its_bound_in_bytes_the_queue_drops_and_the_others_know_that_they_missed_something()
    {
        await _redis.Start();
        var options = RedisCarriers.Options(_redis.Url);
        options.MaxQueuedBytes = 262_144;
        var (one, two) = await Couple(options);
        var large = new Topic<int>("large", _ => new byte[300_000], _ => 0);
        two.TakeMissed();

        one.Tell(large, 0);

        Assert.Equal(1, _carriers.Count("dropped"));
        await Hears(one, 2);
        Assert.Equal(1, _carriers.Count("lost"));
        Assert.True(two.TakeMissed());
    }

    [Fact]
    public async Task Beyond_its_bound_in_bytes_what_comes_in_is_dropped_and_asked_for_afterwards()
    {
        await _redis.Start();
        var options = RedisCarriers.Options(_redis.Url);
        (options.MaxQueuedBytes, options.Silence) = (262_144, TimeSpan.FromSeconds(30));
        var (one, two) = await Couple(options);
        using var gate = new ManualResetEventSlim();
        var handled = 0;
        two.On(_slow, _ =>
        {
            gate.Wait();
            handled++;
        });
        Assert.True(two.TakeMissed());
        Assert.False(two.TakeMissed());

        for (var i = 0; i < 10; i++)
        {
            one.Tell(_slow, i);
            await Eventually.Holds(() => one.Queued == 0);
        }

        await Eventually.Holds(() => two.NotHandled > 0);
        Assert.InRange(two.IncomingBytes, 100_000, options.MaxQueuedBytes);
        gate.Set();
        await Hears(one, 2);
        await Eventually.Holds(() => two.IncomingBytes == 0);
        Assert.Equal(10, handled + two.NotHandled);
        Assert.True(two.TakeMissed());
    }

    [Fact]
    public async Task A_link_that_silently_carries_nothing_is_replaced()
    {
        await _redis.Start();
        await using var proxy = new SilentProxy(_redis.Port);
        var (one, two) = await Couple(RedisCarriers.Options($"redis://127.0.0.1:{proxy.Port}"));
        var links = _carriers.Count("links");

        proxy.SilenceTheConnected();

        await Eventually.Holds(() => _carriers.Count("links") >= links + 2 && one.IsUp && two.IsUp);
        Assert.True(two.TakeMissed());
        await Hears(one, 2);
    }

    [Fact]
    public async Task While_every_answer_is_late_it_is_not_up_for_a_moment_and_it_is_when_they_are_in_time()
    {
        await _redis.Start();
        await using var proxy = new SilentProxy(_redis.Port);
        var options = RedisCarriers.Options($"redis://127.0.0.1:{proxy.Port}");
        options.Silence = TimeSpan.FromSeconds(10);
        var (one, two) = await Couple(options);

        proxy.Delay = options.CommandTimeout * 2;
        await Eventually.Holds(() => !one.IsUp && !two.IsUp);
        for (var look = 0; look < 100; look++)
        {
            one.Tell(_numbers, -1);
            await Task.Delay(20);
            Assert.False(one.IsUp || two.IsUp);
        }

        proxy.Delay = TimeSpan.Zero;
        await Eventually.Holds(() => one.IsUp && two.IsUp);
        Assert.True(two.TakeMissed());
        await Hears(one, 2);
        Assert.DoesNotContain(-1, _heard);
    }

    [Theory]
    [InlineData("FLUSHALL")]
    [InlineData("CLIENT KILL TYPE pubsub")]
    [InlineData("CLIENT KILL TYPE normal")]
    [InlineData("CONFIG SET maxmemory 1")]
    [InlineData("REPLICAOF 127.0.0.1 1")]
    public async Task Emptied_cut_off_full_or_read_only_it_carries_on(string command)
    {
        await _redis.Start();
        var (one, two) = await Couple();
        var began = TimeProvider.System.GetTimestamp();

        await _redis.Run(command);

        await Eventually.Holds(() => one.IsUp && two.IsUp);
        await Hears(one, 1);
        await Hears(one, 2);
        output.WriteLine($"{command}: heard again after {TimeProvider.System.GetElapsedTime(began).TotalMilliseconds:0} ms");
        var three = await _carriers.StartUp("three", RedisCarriers.Options(_redis.Url));
        await Hears(three, 3);
    }

    [Fact]
    public async Task While_nothing_is_there_it_tries_again_with_a_pause()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var tries = 0;
        var began = TimeProvider.System.GetTimestamp();
        var one = await _carriers.Start("one", RedisCarriers.Options($"redis://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}"));
        while (tries < 20)
        {
            using var socket = await closed.AcceptSocketAsync();
            tries++;
        }

        // A few sockets for each link that is tried, and half a second between two.
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.FromSeconds(1), TimeSpan.MaxValue);
        Assert.False(one.IsUp);
    }

    [Fact]
    public async Task What_comes_twice_or_late_is_heard_once_and_a_gap_is_noticed()
    {
        await _redis.Start();
        var two = await _carriers.StartUp("two", RedisCarriers.Options(_redis.Url));
        two.On(_numbers, _heard.Enqueue);
        two.TakeMissed();
        using var link = await Raw();

        foreach (var sequence in new[] { 7, 8, 8, 7, 9, 12, 11, 13 })
        {
            await link.Publish(RedisNames.All(0), new Envelope("raw/1", sequence, _numbers.Name, _numbers.Write(sequence)).ToBytes());
        }

        await Eventually.Holds(() => _heard.Contains(13));
        Assert.Equal([7, 8, 9, 12, 13], _heard);
        Assert.Equal((3, 1), (_carriers.Count("duplicates"), _carriers.Count("lost")));
        Assert.True(two.TakeMissed());
    }

    [Fact]
    public async Task What_is_none_of_ours_is_passed_over()
    {
        await _redis.Start();
        var (one, _) = await Couple();
        using var link = await Raw();

        await link.Publish(RedisNames.All(0), [1, 2, 3]);
        await link.Publish(RedisNames.All(0), []);
        await link.Publish(RedisNames.All(0), new Envelope("raw/1", 1, _numbers.Name, "not JSON"u8.ToArray()).ToBytes());

        await Hears(one, 2);
    }

    [Fact]
    public async Task Another_database_is_another_world()
    {
        await _redis.Start();
        var (one, _) = await Couple();
        var stranger = await _carriers.StartUp("three", RedisCarriers.Options(_redis.Url + "/1"));
        stranger.Tell(_numbers, 1);

        await Hears(one, 2);
        await Eventually.Holds(() => stranger.Queued == 0);
        await Hears(one, 3);
        Assert.DoesNotContain(1, _heard);
    }

    [Fact]
    public async Task An_instance_is_reached_while_it_shows_that_it_hears()
    {
        await _redis.Start();
        var (one, two) = await Couple();
        await Eventually.Holds(() => one.Reaches("two") && two.Reaches("one"));
        Assert.False(one.Reaches("three"));

        await two.StopAsync(CancellationToken.None);
        await Eventually.Holds(() => !one.Reaches("two") && one.IsUp);
    }

    private async Task<(RedisCarrier One, RedisCarrier Two)> Couple(RedisOptions? options = null)
    {
        options ??= RedisCarriers.Options(_redis.Url);
        var (one, two) = (await _carriers.StartUp("one", options), await _carriers.StartUp("two", options));
        two.On(_numbers, _heard.Enqueue);
        await Hears(one, 0);
        return (one, two);
    }

    // Told again until it comes: a carrier that is up may fall once more on a busy machine.
    private async Task Hears(RedisCarrier from, int number)
    {
        await Eventually.Holds(() =>
        {
            from.Tell(_numbers, number);
            return _heard.Contains(number);
        });
    }

    private Task<RedisLink> Raw() => RedisLink.Open(
        RedisUrl.Parse(_redis.Url), "unheard", "unheard too", static (_, _) => { }, TimeSpan.FromSeconds(2), TimeProvider.System);
}
