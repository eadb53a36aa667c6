using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Platform.Memory;

public sealed class MemoryManagerTests
{
    private const long Mb = 1024 * 1024;
    private readonly FakeTime _time = new();
    private readonly Gauge _gauge = new();
    private readonly List<string> _done = [];
    private readonly MemoryOptions _options = new() { LimitMb = 1000, WarningMb = 800, CriticalMb = 900, ReportPeriod = TimeSpan.FromDays(1) };

    [Fact]
    public void Under_the_warning_nothing_is_done()
    {
        var manager = Manager();
        _gauge.Rss = 790 * Mb;

        manager.Look();

        Assert.Equal(MemoryLevel.Elevated, manager.Level);
        Assert.Empty(_done);
        Assert.Empty(manager.Records());
    }

    [Fact]
    public void From_the_warning_old_things_go_and_caches_give_half_the_cheapest_first()
    {
        var manager = Manager();
        _gauge.Rss = 800 * Mb;

        manager.Look();

        Assert.Equal(["shrink cheap to 0.5", "shrink dear to 0.5", "clean old Pressure"], _done);
        Assert.Equal(0, _gauge.Collections);
    }

    [Fact]
    public void From_the_critical_threshold_caches_are_emptied_and_the_heap_compacted_once()
    {
        var manager = Manager();
        _gauge.Rss = 900 * Mb;

        manager.Look();
        manager.Look();

        Assert.Equal(["shrink cheap to 0", "shrink dear to 0", "clean old Pressure"], _done);
        Assert.Equal(1, _gauge.Collections);
        _time.Advance(_options.CleanupCooldown);
        manager.Look();
        Assert.Equal(2, _gauge.Collections);
    }

    [Fact]
    public void A_critical_level_does_not_wait_for_the_cooldown_of_a_clean_up_that_did_not_collect()
    {
        var manager = Manager();
        _gauge.Rss = 800 * Mb;
        manager.Look();

        _gauge.Rss = 900 * Mb;
        manager.Look();
        Assert.Equal(1, _gauge.Collections);

        manager.Look();
        _gauge.Rss = 800 * Mb;
        manager.Look();
        _gauge.Rss = 930 * Mb;
        manager.Look();
        Assert.Equal(1, _gauge.Collections);
        Assert.Equal(2, manager.Records().Count);
    }

    [Fact]
    public void While_people_are_refused_the_heap_is_collected_every_five_seconds()
    {
        var manager = Manager();
        _gauge.Rss = 900 * Mb;
        manager.Look();
        _gauge.Rss = 960 * Mb;
        manager.Look();
        Assert.Equal((MemoryLevel.Shed, 2), (manager.Level, _gauge.Collections));

        _time.Advance(TimeSpan.FromSeconds(4.9));
        manager.Look();
        Assert.Equal(2, _gauge.Collections);

        _time.Advance(TimeSpan.FromSeconds(0.1));
        manager.Look();
        Assert.Equal(3, _gauge.Collections);
    }

    [Fact]
    public void Halfway_to_the_limit_new_work_is_refused_until_there_is_room_again()
    {
        var manager = Manager();
        _gauge.Rss = 950 * Mb;
        manager.Look();
        Assert.True(manager.IsShedding);

        _gauge.Rss = 931 * Mb;
        manager.Look();
        Assert.True(manager.IsShedding);
        _gauge.Rss = 929 * Mb;
        manager.Look();
        Assert.False(manager.IsShedding);
    }

    [Fact]
    public void A_clean_up_that_makes_room_is_followed_by_a_lower_level_at_once()
    {
        var manager = Manager();
        _gauge.Rss = 950 * Mb;
        _gauge.AfterCollection = 300 * Mb;

        manager.Look();

        Assert.Equal(MemoryLevel.Calm, manager.Level);
        var record = Assert.Single(manager.Records());
        Assert.Equal(MemoryLevel.Shed, record.Level);
        Assert.Equal(650 * Mb, record.FreedBytes);
    }

    [Fact]
    public void It_looks_every_second_near_the_limit_and_until_the_next_clean_up_may_begin()
    {
        var manager = Manager();
        manager.Look();
        Assert.Equal(TimeSpan.FromSeconds(10), manager.Pause);

        _gauge.Rss = 950 * Mb;
        _gauge.AfterCollection = 300 * Mb;
        manager.Look();
        Assert.Equal(MemoryLevel.Calm, manager.Level);
        Assert.Equal(TimeSpan.FromMilliseconds(250), manager.Pause);

        _time.Advance(_options.CleanupCooldown);
        Assert.Equal(TimeSpan.FromSeconds(10), manager.Pause);
        _gauge.Rss = 800 * Mb;
        manager.Look();
        Assert.Equal(TimeSpan.FromMilliseconds(250), manager.Pause);
    }

    [Fact]
    public void Without_pressure_what_is_past_its_time_goes_every_five_minutes_and_no_cache_shrinks()
    {
        var manager = Manager();
        manager.Look();
        Assert.Empty(_done);

        _time.Advance(_options.CleanupPeriod);
        manager.Look();
        manager.Look();

        Assert.Equal(["clean old Periodic"], _done);
    }

    [Fact]
    public async Task While_a_clean_up_waits_for_the_database_memory_is_freed_all_the_same_and_no_other_begins()
    {
        var (database, begun) = (new TaskCompletionSource<int>(), 0);
        var manager = Manager(new Cleanup("old", _ =>
        {
            begun++;
            return database.Task;
        }));
        _gauge.Rss = 800 * Mb;
        manager.Look();
        Assert.Equal(["shrink cheap to 0.5", "shrink dear to 0.5"], _done);

        _gauge.Rss = 960 * Mb;
        manager.Look();
        Assert.True(manager.IsShedding);
        Assert.Equal(["shrink cheap to 0", "shrink dear to 0"], _done.Skip(2));
        Assert.Equal((1, 1), (_gauge.Collections, begun));
        Assert.Equal("collect", Assert.Single(manager.Records()).Actions[^1].Name);

        database.SetResult(1);
        await manager.Clean(CleanupDepth.Periodic);
        Assert.Equal((3, 2), (manager.Records().Count, begun));
    }

    [Fact]
    public async Task A_part_that_is_cancelled_by_itself_is_a_failure_like_any_other()
    {
        var manager = Manager(new Cleanup("old", _ => throw new TaskCanceledException()));

        Assert.Equal("TaskCanceledException", Assert.Single((await manager.Clean(CleanupDepth.Periodic)).Actions).Error);
    }

    [Fact]
    public async Task What_fails_is_recorded_and_does_not_stop_the_rest()
    {
        var manager = Manager(new Cleanup("old", _ => throw new TimeoutException()), new Cleanup("other", Note("other")));

        var record = await manager.Clean(CleanupDepth.Periodic);

        Assert.Equal([("old", "TimeoutException"), ("other", null)], record.Actions.Select(a => (a.Name, a.Error)));
        Assert.Equal(["clean other Periodic"], _done);
    }

    [Fact]
    public async Task A_plan_says_what_a_clean_up_would_do_and_does_nothing()
    {
        var manager = Manager(new Cleanup("old", Note("old")), new Cleanup("broken", Note("broken")));

        Assert.Equal(
            [new("shrink_cheap", 1, 100), new("shrink_dear", 1, 100), new("old", 7), new("broken", 0, Error: "TimeoutException")],
            await manager.Plan(CleanupDepth.Pressure));
        Assert.Equal(["old", "broken"], (await manager.Plan(CleanupDepth.Periodic)).Select(a => a.Name));
        Assert.Equal(
            [new("shrink_cheap", 2, 100), new("shrink_dear", 2, 100), new("collect", 1)], (await manager.Plan(CleanupDepth.Aggressive)).Take(3));
        Assert.Empty(_done);
        Assert.Empty(manager.Records());
        Assert.Equal(0, _gauge.Collections);
    }

    [Fact]
    public async Task The_history_keeps_the_last_fifty()
    {
        var manager = Manager();
        for (var i = 0; i < 60; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await manager.Clean(CleanupDepth.Periodic);
        }

        Assert.Equal(50, manager.Records().Count);
        Assert.Equal(_time.GetUtcNow(), manager.Records()[0].At);
    }

    [Theory]
    [InlineData(0, 900, false)]
    [InlineData(900, 900, false)]
    [InlineData(800, 1000, false)]
    [InlineData(500, 600, true)]
    public void Thresholds_change_while_running_if_they_are_in_order(int warning, int critical, bool changes)
    {
        var manager = Manager();

        Assert.Equal(changes, manager.TryChange(warning, critical));
        Assert.Equal((changes ? warning : 800) * Mb, manager.Thresholds.Warning);
    }

    private MemoryManager Manager(params ICleanup[] cleanups) => new(
        _gauge, [new Tenant("dear", 9, _done), new Tenant("cheap", 1, _done)],
        cleanups.Length > 0 ? cleanups : [new Cleanup("old", Note("old"))], new InMemoryCleanupTurns(), Options.Create(_options), _time,
        NullLogger<MemoryManager>.Instance);

    private Func<CleanupDepth, Task<int>> Note(string name) => depth =>
    {
        _done.Add($"clean {name} {depth}");
        return Task.FromResult(1);
    };

    private sealed class Gauge : IMemoryGauge
    {
        public long Rss { get; set; } = 100 * Mb;

        public long? AfterCollection { get; set; }

        public int Collections { get; private set; }

        public long Limit => 2000 * Mb;

        public MemoryReading Read() => new(Rss, Rss / 2, Rss / 2, Limit);

        public void Collect()
        {
            Collections++;
            Rss = AfterCollection ?? Rss;
        }
    }

    private sealed class Tenant(string name, int worth, List<string> done) : IMemoryTenant
    {
        public string Name => name;

        public int Worth => worth;

        public MemoryTenantFigures Figures => new(1, 1, 1, 1, 0, 0, 0);

        public (int Entries, long Bytes) Excess(double keep) => (keep == 0 ? 2 : 1, 100);

        public int Shrink(double keep)
        {
            done.Add(FormattableString.Invariant($"shrink {name} to {keep}"));
            return 1;
        }
    }

    private sealed class Cleanup(string name, Func<CleanupDepth, Task<int>> run) : ICleanup
    {
        public string Name => name;

        public bool IsShared => true;

        public Task<int> Count(CleanupDepth depth, CancellationToken stopping) =>
            name == "broken" ? throw new TimeoutException() : Task.FromResult(7);

        public Task<int> Run(CleanupDepth depth, CancellationToken stopping) => run(depth);
    }
}
