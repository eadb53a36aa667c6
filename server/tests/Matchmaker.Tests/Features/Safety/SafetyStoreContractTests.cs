using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Safety;

/// <summary>What every safety store promises.</summary>
public abstract class SafetyStoreContractTests
{
    private const int Max = 1000;
    private readonly Guid _me = Guid.NewGuid();
    private readonly Guid _other = Guid.NewGuid();

    private protected abstract ISafetyStore Store { get; }

    private protected abstract DateTimeOffset Now { get; }

    [Fact]
    public async Task A_block_works_in_both_directions()
    {
        Assert.False(await Store.IsBlocked(_me, _other));
        Assert.True(await Store.Block(_me, _other, Max));

        Assert.True(await Store.IsBlocked(_me, _other));
        Assert.True(await Store.IsBlocked(_other, _me));
        Assert.False(await Store.IsBlocked(_me, Guid.NewGuid()));
    }

    [Fact]
    public async Task Only_the_blocker_sees_the_block_and_can_take_it_back()
    {
        await Store.Block(_me, _other, Max);

        Assert.Equal([_other], await Store.Blocks(_me));
        Assert.Empty(await Store.Blocks(_other));
        await Store.Unblock(_other, _me);
        Assert.True(await Store.IsBlocked(_me, _other));
        await Store.Unblock(_me, _other);
        Assert.False(await Store.IsBlocked(_me, _other));
        Assert.Empty(await Store.Blocks(_me));
    }

    [Fact]
    public async Task A_block_of_both_stands_until_both_take_it_back()
    {
        await Store.Block(_me, _other, Max);
        await Store.Block(_other, _me, Max);
        await Store.Unblock(_me, _other);

        Assert.True(await Store.IsBlocked(_me, _other));
        Assert.Equal([new Avoided(_other, null)], await Store.AvoidOf(_me));
    }

    [Fact]
    public async Task The_last_block_within_the_limit_is_taken_and_the_next_is_not()
    {
        await Store.Block(_me, Guid.NewGuid(), 2);

        Assert.True(await Store.Block(_me, _other, 2));
        Assert.False(await Store.Block(_me, Guid.NewGuid(), 2));
        Assert.True(await Store.Block(_me, _other, 2)); // a repeated one is not one more
        Assert.Equal(2, (await Store.Blocks(_me)).Count);
    }

    [Fact]
    public async Task Blocks_are_listed_latest_first()
    {
        var third = Guid.NewGuid();
        await Store.Block(_me, _other, Max);
        await Store.Block(_me, third, Max);

        Assert.Equal([third, _other], await Store.Blocks(_me));
    }

    [Fact]
    public async Task A_cooldown_is_one_of_the_pair_and_only_ever_extended()
    {
        var (hour, day) = (Now.AddHours(1), Now.AddDays(1));

        Assert.Null(await Store.CooldownUntil(_me, _other));
        Assert.Equal(day, await Store.ExtendCooldown(_me, _other, day));
        Assert.Equal(day, await Store.ExtendCooldown(_other, _me, hour));
        Assert.Equal(day, await Store.CooldownUntil(_other, _me));
        Assert.Equal(day.AddHours(1), await Store.ExtendCooldown(_me, _other, day.AddHours(1)));
    }

    [Fact]
    public async Task A_cooldown_that_is_over_is_none_and_is_swept()
    {
        var third = Guid.NewGuid();
        await Store.ExtendCooldown(_me, _other, Now.AddSeconds(-1));
        await Store.ExtendCooldown(_me, third, Now.AddHours(1));

        Assert.Null(await Store.CooldownUntil(_me, _other));
        Assert.Equal([third], (await Store.AvoidOf(_me)).Select(a => a.UserId));
        Assert.Equal(1, await Store.DeleteExpired(10));
        Assert.Equal(0, await Store.DeleteExpired(10));
        Assert.NotNull(await Store.CooldownUntil(_me, third));
    }

    [Fact]
    public async Task A_sweep_deletes_no_more_than_it_is_allowed()
    {
        for (var i = 0; i < 3; i++)
        {
            await Store.ExtendCooldown(_me, Guid.NewGuid(), Now.AddSeconds(-1));
        }

        Assert.Equal(2, await Store.DeleteExpired(2));
        Assert.Equal(1, await Store.DeleteExpired(2));
    }

    [Fact]
    public async Task Everybody_to_avoid_is_listed_once_and_a_block_outweighs_a_cooldown()
    {
        var (blockedMe, cooled) = (Guid.NewGuid(), Guid.NewGuid());
        var until = Now.AddHours(1);
        await Store.Block(_me, _other, Max);
        await Store.Block(blockedMe, _me, Max);
        await Store.ExtendCooldown(_me, _other, until);
        await Store.ExtendCooldown(cooled, _me, until);

        var avoided = await Store.AvoidOf(_me);

        Assert.Equal(3, avoided.Count);
        Assert.Contains(new Avoided(_other, null), avoided);
        Assert.Contains(new Avoided(blockedMe, null), avoided);
        Assert.Contains(new Avoided(cooled, until), avoided);
    }

    [Fact]
    public async Task Whom_several_avoid_is_told_of_each()
    {
        var (third, nobodys) = (Guid.NewGuid(), Guid.NewGuid());
        var until = Now.AddHours(1);
        await Store.Block(_me, _other, Max);
        await Store.ExtendCooldown(_other, third, until);
        await Store.ExtendCooldown(_me, Guid.NewGuid(), Now.AddSeconds(-1));

        var avoided = await Store.AvoidOf([_me, _other, nobodys, _me]);

        Assert.Equal([new Avoided(_other, null)], avoided[_me]);
        Assert.Equal(2, avoided[_other].Count());
        Assert.Contains(new Avoided(_me, null), avoided[_other]);
        Assert.Contains(new Avoided(third, until), avoided[_other]);
        Assert.Empty(avoided[nobodys]);
        Assert.Empty(avoided[third]);
        Assert.Empty(await Store.AvoidOf([]));
        Assert.Equal(1, await Store.DeleteExpired(10));
    }

    [Fact]
    public async Task Erasing_forgets_both_directions_and_may_be_repeated()
    {
        var third = Guid.NewGuid();
        await Store.Block(_me, _other, Max);
        await Store.Block(_other, _me, Max);
        await Store.Block(_other, third, Max);
        await Store.ExtendCooldown(_me, third, Now.AddHours(1));

        await Store.Erase(_me);
        await Store.Erase(_me);

        Assert.Empty(await Store.AvoidOf(_me));
        Assert.Equal([third], await Store.Blocks(_other));
        Assert.Null(await Store.CooldownUntil(_me, third));
    }
}

public sealed class InMemorySafetyStoreTests : SafetyStoreContractTests
{
    private readonly FakeTime _time = new();
    private readonly EmbeddedLock _embedded = new();
    private readonly InMemorySafetyStore _store;

    public InMemorySafetyStoreTests() => _store = new InMemorySafetyStore(_embedded, _time);

    private protected override ISafetyStore Store => _store;

    private protected override DateTimeOffset Now => _time.GetUtcNow();

    [Fact]
    public async Task Other_stores_may_ask_while_they_hold_the_lock()
    {
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        await _store.Block(a, b, 10);
        lock (_embedded.Gate)
        {
            Assert.True(_store.IsBlockedLocked(b, a));
            Assert.Null(_store.CooldownLocked(a, b));
            Assert.Equal(Now.AddHours(1), _store.ExtendCooldownLocked(b, a, Now.AddHours(1)));
            Assert.Equal(Now.AddHours(1), _store.CooldownLocked(a, b));
        }
    }

    [Fact]
    public async Task At_the_bound_the_oldest_cooldown_goes_unless_it_was_extended()
    {
        var (extended, old, other) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());
        await _store.ExtendCooldown(other, extended, Now.AddHours(1));
        await _store.ExtendCooldown(other, old, Now.AddHours(1));
        await _store.ExtendCooldown(other, extended, Now.AddHours(2));
        for (var i = 2; i < InMemorySafetyStore.MaxCooldowns; i++)
        {
            await _store.ExtendCooldown(Guid.NewGuid(), Guid.NewGuid(), Now.AddHours(1));
        }

        Assert.Equal((InMemorySafetyStore.MaxCooldowns, 0), _store.CooldownFigures);
        await _store.ExtendCooldown(Guid.NewGuid(), Guid.NewGuid(), Now.AddHours(1));

        Assert.Equal((InMemorySafetyStore.MaxCooldowns, 1), _store.CooldownFigures);
        Assert.Null(await _store.CooldownUntil(old, other));
        Assert.NotNull(await _store.CooldownUntil(extended, other));
    }

    [Fact]
    public async Task At_the_bound_whoever_has_blocked_most_loses_their_oldest_block()
    {
        var (modest, their) = (Guid.NewGuid(), Guid.NewGuid());
        await _store.Block(modest, their, 1000);
        var (crowd, first) = (Guid.NewGuid(), Guid.NewGuid());
        await _store.Block(crowd, first, int.MaxValue);
        for (var i = 2; i < InMemorySafetyStore.MaxBlocks; i++)
        {
            // A list of a hundred thousand would be looked through each time.
            await _store.Block(i < 1002 ? crowd : Guid.NewGuid(), Guid.NewGuid(), int.MaxValue);
        }

        Assert.Equal((InMemorySafetyStore.MaxBlocks, 0), _store.BlockFigures);
        Assert.True(await _store.Block(modest, Guid.NewGuid(), 1000));

        Assert.Equal((InMemorySafetyStore.MaxBlocks, 1), _store.BlockFigures);
        Assert.False(await _store.IsBlocked(crowd, first));
        Assert.True(await _store.IsBlocked(modest, their));
    }

    [Fact]
    public async Task A_cooldown_ends_at_its_time_and_not_before()
    {
        var (a, b) = (Guid.NewGuid(), Guid.NewGuid());
        await _store.ExtendCooldown(a, b, Now.AddSeconds(60));

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(await _store.CooldownUntil(a, b));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _store.CooldownUntil(a, b));
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresSafetyStoreTests(TestDatabase database) : SafetyStoreContractTests, IClassFixture<TestDatabase>
{
    // A whole second: PostgreSQL keeps microseconds, .NET a tenth of one.
    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    private readonly PostgresSafetyStore _store = new(database.Database);

    private protected override ISafetyStore Store => _store;

    private protected override DateTimeOffset Now => _now;
}
