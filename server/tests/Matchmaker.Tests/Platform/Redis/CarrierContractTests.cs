using System.Collections.Concurrent;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Redis;

/// <summary>What everybody may rely on who tells other instances something, whatever carries it.</summary>
public abstract class CarrierContractTests
{
    private static readonly Topic<Note> _notes = Topic.Json<Note>("note");

    [Fact]
    public async Task All_others_hear_it_and_the_teller_does_not()
    {
        var (one, two, three) = (await Start("one"), await Start("two"), await Start("three"));
        var (atOne, atTwo, atThree) = (Listen(one), Listen(two), Listen(three));

        one.Tell(_notes, new Note(1));

        await Eventually.Holds(() => atTwo.Count == 1 && atThree.Count == 1);
        await Settled(one, two);
        Assert.Empty(atOne);
        await Eventually.Holds(() => one.Reaches("two") && one.Reaches("three"));
        Assert.False(one.Reaches("nobody"));
    }

    [Fact]
    public async Task Only_the_one_it_is_sent_to_hears_it()
    {
        var (one, two, three) = (await Start("one"), await Start("two"), await Start("three"));
        var (atTwo, atThree) = (Listen(two), Listen(three));

        one.Send("two", _notes, new Note(1));

        await Eventually.Holds(() => atTwo.Count == 1);
        await Settled(one, three);
        Assert.DoesNotContain(atThree, n => n.Number > 0);
    }

    [Fact]
    public async Task What_is_sent_to_nobody_is_nobodys_trouble()
    {
        var (one, two) = (await Start("one"), await Start("two"));
        Listen(two);

        one.Send("nobody", _notes, new Note(1));

        await Settled(one, two);
    }

    [Fact]
    public async Task The_order_of_one_teller_is_kept_over_both_ways()
    {
        const int Count = 20_000;
        var (one, two) = (await Start("one"), await Start("two"));
        var heard = Listen(two);

        for (var i = 1; i <= Count; i++)
        {
            if (i % 3 == 0)
            {
                one.Tell(_notes, new Note(i));
            }
            else
            {
                one.Send("two", _notes, new Note(i));
            }

            if (i % 1000 == 0)
            {
                await Eventually.Holds(() => heard.Count == i, $"{heard.Count} of {i} came");
            }
        }

        Assert.Equal(Enumerable.Range(1, Count), heard.Select(n => n.Number));
    }

    [Fact]
    public async Task Two_who_tell_each_other_hear_all_of_each_other()
    {
        const int Count = 500;
        var (one, two) = (await Start("one"), await Start("two"));
        var (atOne, atTwo) = (Listen(one), Listen(two));

        Parallel.For(1, Count + 1, i =>
        {
            one.Tell(_notes, new Note(i));
            two.Tell(_notes, new Note(i));
        });

        await Eventually.Holds(() => atOne.Count == Count && atTwo.Count == Count);
        Assert.Equal(Enumerable.Range(1, Count), atOne.Select(n => n.Number).Order());
        Assert.Equal(Enumerable.Range(1, Count), atTwo.Select(n => n.Number).Order());
    }

    [Fact]
    public async Task One_who_fails_to_handle_something_hears_the_next()
    {
        var (one, two) = (await Start("one"), await Start("two"));
        two.On(Topic.Json<Note>("bad"), _ => throw new InvalidOperationException("as it should"));
        var heard = Listen(two);

        one.Tell(Topic.Json<Note>("bad"), new Note(1));
        one.Tell(Topic.Json<Note>("unknown"), new Note(2));
        one.Tell(_notes, new Note(3));

        await Eventually.Holds(() => heard.Count == 1);
        Assert.Equal(3, heard.Single().Number);
    }

    [Fact]
    public async Task Several_may_listen_to_one_topic()
    {
        var (one, two) = (await Start("one"), await Start("two"));
        var (first, second) = (Listen(two), Listen(two));

        one.Tell(_notes, new Note(1));

        await Eventually.Holds(() => first.Count == 1 && second.Count == 1);
    }

    private protected abstract Task<ICarrier> Start(string instance);

    private static ConcurrentQueue<Note> Listen(ICarrier carrier)
    {
        var heard = new ConcurrentQueue<Note>();
        carrier.On(_notes, heard.Enqueue);
        return heard;
    }

    // What was told before this has come, if it was to come at all.
    private static async Task Settled(ICarrier from, ICarrier to)
    {
        var heard = Listen(to);
        from.Tell(_notes, new Note(-1));
        await Eventually.Holds(() => heard.Any(n => n.Number == -1));
    }

    private sealed record Note(int Number);
}

public sealed class LoopbackCarrierTests : CarrierContractTests, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, LoopbackCarrier> _bus = new();

    public async ValueTask DisposeAsync()
    {
        foreach (var carrier in _bus.Values)
        {
            await carrier.DisposeAsync();
        }
    }

    private protected override Task<ICarrier> Start(string instance) => Task.FromResult<ICarrier>(new LoopbackCarrier(_bus, instance));
}

[Trait("Category", "Redis")]
public sealed class RedisCarrierTests(TestRedis redis) : CarrierContractTests, IClassFixture<TestRedis>, IAsyncDisposable
{
    private readonly RedisCarriers _carriers = new();

    public ValueTask DisposeAsync() => _carriers.DisposeAsync();

    // Patient: nothing fails here, and what a carrier tells while it waits for a slow machine is dropped.
    private protected override async Task<ICarrier> Start(string instance)
    {
        var options = RedisCarriers.Options(redis.Url);
        (options.CommandTimeout, options.Silence) = (TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30));
        return await _carriers.StartUp(instance, options);
    }
}
