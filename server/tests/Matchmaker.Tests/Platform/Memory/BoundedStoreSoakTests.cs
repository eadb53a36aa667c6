using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Memory;

public sealed class BoundedStoreSoakTests
{
    private const int Keys = 64;
    private const int Capacity = 32;

    /// <summary>The version of each key, and the one whose replacement of the older ones is complete.</summary>
    private readonly int[] _versions = new int[Keys];
    private readonly int[] _settled = new int[Keys];
    private readonly FakeTime _time = new();
    private readonly BoundedStore<int, Versioned> _store;

    public BoundedStoreSoakTests() => _store = new BoundedStore<int, Versioned>("numbers", 1, new StoreBounds(Capacity, 1_000_000, TimeSpan.FromSeconds(5)), _ => 10, _time);

    [Fact]
    public async Task Threads_that_read_change_and_remove_never_see_what_was_replaced_and_leave_the_store_whole()
    {
        var wrong = await Task.WhenAll(Enumerable.Range(1, 4).Select(seed => Task.Run(() => Work(seed)))).WaitAsync(TimeSpan.FromSeconds(60));

        Assert.Equal([0, 0, 0, 0], wrong);
        _store.Verify();
        Assert.True(_store.Figures is { Hits: > 0, Misses: > 0, Evictions: > 0 });
        for (var key = 0; key < Keys; key++)
        {
            _store.Remove(key);
        }

        Assert.Equal(0, _store.Figures.Entries);
    }

    private async Task<int> Work(int seed)
    {
        var random = new Random(seed);
        var wrong = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var key = random.Next(Keys);
            switch (random.Next(20))
            {
                case 0:
                    var version = Interlocked.Increment(ref _versions[key]);
                    _store.Remove(key);
                    Settle(key, version);
                    break;
                case 1:
                    _store.RemoveWhere(v => v.Key == key);
                    break;
                case 2:
                    _time.Advance(TimeSpan.FromMilliseconds(1));
                    break;
                default:
                    var atLeast = Volatile.Read(ref _settled[key]);
                    var value = await _store.Get(key, Load);
                    wrong += value!.Key == key && value.Version >= atLeast && _store.Figures.Entries <= Capacity ? 0 : 1;
                    break;
            }
        }

        return wrong;
    }

    private async Task<Versioned?> Load(int key)
    {
        var loaded = new Versioned(key, Volatile.Read(ref _versions[key]));
        await Task.Yield();
        return loaded;
    }

    private void Settle(int key, int version)
    {
        for (var seen = Volatile.Read(ref _settled[key]); seen < version;)
        {
            seen = Interlocked.CompareExchange(ref _settled[key], version, seen) is var was && was == seen ? version : was;
        }
    }

    private sealed record Versioned(int Key, int Version);
}
