using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Memory;

public sealed class BoundedStoreTests
{
    private readonly FakeTime _time = new();
    private readonly BoundedStore<int, string> _store;
    private int _loads;

    public BoundedStoreTests() => _store = new BoundedStore<int, string>("numbers", 1, new StoreBounds(3, 1000, TimeSpan.FromSeconds(60)), text => text.Length, _time);

    [Fact]
    public async Task A_second_look_does_not_load()
    {
        Assert.Equal("1", await Get(1));
        Assert.Equal("1", await Get(1));

        Assert.Equal(1, _loads);
        Assert.Equal(new MemoryTenantFigures(1, 3, 161, 1000, Hits: 1, Misses: 1, Evictions: 0), _store.Figures);
    }

    [Fact]
    public async Task What_weighs_too_much_makes_the_least_recently_used_go()
    {
        await _store.Get(1, _ => Load(new string('x', 300)));
        await _store.Get(2, _ => Load(new string('x', 300)));
        Assert.Equal(920, _store.Figures.Bytes);
        _store.TryGet(1, out _);

        await _store.Get(3, _ => Load("x"));

        Assert.False(_store.TryGetStale(2, out _));
        Assert.True(_store.TryGetStale(1, out _));
        Assert.Equal(621, _store.Figures.Bytes);
        _store.Verify();
    }

    [Fact]
    public async Task What_alone_weighs_too_much_is_answered_and_not_kept()
    {
        await Get(1);

        Assert.Equal(900, (await _store.Get(2, _ => Load(new string('x', 900))))!.Length);

        Assert.Equal(1, _store.Figures.Entries);
        Assert.True(_store.TryGet(1, out _));
    }

    [Fact]
    public async Task It_shrinks_to_a_part_of_what_it_may_hold()
    {
        foreach (var key in new[] { 1, 2, 3 })
        {
            await Get(key);
        }

        Assert.Equal((2, 322), _store.Excess(0.5));
        Assert.Equal((3, 483), _store.Excess(0));
        Assert.Equal(2, _store.Shrink(0.5));
        Assert.True(_store.TryGet(3, out _));
        Assert.Equal(0, _store.Shrink(0.5));
        Assert.Equal(1, _store.Shrink(0));
        Assert.Equal(0, _store.Figures.Bytes);
        _store.Verify();
    }

    [Fact]
    public async Task An_entry_is_fresh_until_its_time_and_kept_as_stale_after_it()
    {
        await Get(1);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.True(_store.TryGet(1, out _));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.False(_store.TryGet(1, out _));
        Assert.True(_store.TryGetStale(1, out var stale));
        Assert.Equal("1", stale);
        await Get(1);
        Assert.Equal(2, _loads);
        Assert.True(_store.TryGet(1, out _));
    }

    [Fact]
    public async Task The_least_recently_used_goes_first()
    {
        await Get(1);
        await Get(2);
        await Get(3);
        await Get(1);
        await Get(4);

        Assert.False(_store.TryGetStale(2, out _));
        Assert.True(_store.TryGetStale(1, out _));
        Assert.Equal(1, _store.Figures.Evictions);
        Assert.Equal(3, _store.Figures.Entries);
        _store.Verify();
    }

    [Fact]
    public async Task Nothing_is_kept_of_a_null()
    {
        Assert.Null(await _store.Get(1, _ => Task.FromResult<string?>(null)));

        Assert.Equal(0, _store.Figures.Entries);
        Assert.Equal("1", await Get(1));
    }

    [Fact]
    public async Task A_null_takes_the_place_of_what_was_there()
    {
        await Get(1);
        _time.Advance(TimeSpan.FromSeconds(60));
        await _store.Get(1, _ => Task.FromResult<string?>(null));

        Assert.False(_store.TryGetStale(1, out _));
    }

    [Fact]
    public async Task Those_who_miss_together_share_one_load()
    {
        var answer = new TaskCompletionSource<string?>();
        var looks = Enumerable.Range(0, 10).Select(_ => _store.Get(1, _ =>
        {
            _loads++;
            return answer.Task;
        }).AsTask()).ToList();

        answer.SetResult("shared");

        Assert.All(await Task.WhenAll(looks), value => Assert.Equal("shared", value));
        Assert.Equal(1, _loads);
    }

    [Fact]
    public async Task At_the_bound_no_more_is_loaded_and_who_waits_is_answered()
    {
        var answer = new TaskCompletionSource<string?>();
        var looks = Enumerable.Range(0, BoundedStore<int, string>.MaxFlights).Select(key => _store.Get(key, _ => answer.Task).AsTask()).ToList();

        var e = await Assert.ThrowsAsync<BacklogFullException>(async () => await _store.Get(-1, _ => answer.Task));

        Assert.True(DatabaseFailure.IsAway(e));
        Assert.Equal((BoundedStore<int, string>.MaxFlights, 1), _store.Flights);
        answer.SetResult("late");
        Assert.All(await Task.WhenAll(looks), value => Assert.Equal("late", value));
        Assert.Equal(0, _store.Flights.Count);
        _store.Verify();
    }

    [Fact]
    public async Task A_load_that_fails_fails_for_all_who_wait_and_the_next_tries_again()
    {
        await Get(1);
        _time.Advance(TimeSpan.FromSeconds(60));

        await Assert.ThrowsAsync<TimeoutException>(() => _store.Get(1, _ => throw new TimeoutException()).AsTask());

        Assert.True(_store.TryGetStale(1, out _));
        Assert.Equal("1", await Get(1));
    }

    [Fact]
    public async Task What_was_loaded_before_a_removal_is_not_kept()
    {
        var answer = new TaskCompletionSource<string?>();
        var look = _store.Get(1, _ => answer.Task);

        _store.Remove(1);
        answer.SetResult("old");

        Assert.Equal("old", await look);
        Assert.False(_store.TryGetStale(1, out _));
        Assert.Equal("1", await Get(1));
    }

    [Fact]
    public async Task A_removal_by_content_also_stops_what_is_being_loaded()
    {
        await Get(1);
        await Get(2);
        var answer = new TaskCompletionSource<string?>();
        var look = _store.Get(3, _ => answer.Task);

        _store.RemoveWhere(value => value == "1");
        answer.SetResult("3");
        await look;

        Assert.False(_store.TryGetStale(1, out _));
        Assert.True(_store.TryGetStale(2, out _));
        Assert.False(_store.TryGetStale(3, out _));
        _store.Verify();
    }

    private async Task<string?> Get(int key) => await _store.Get(key, k =>
    {
        _loads++;
        return Task.FromResult<string?>($"{k}");
    });

    private static Task<string?> Load(string text) => Task.FromResult<string?>(text);
}
