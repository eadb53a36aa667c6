using Matchmaker.Platform.Memory;

namespace Matchmaker.Tests.Platform.Memory;

public class MemoryThresholdsTests
{
    private const long Mb = 1024 * 1024;

    [Theory]
    [InlineData(300, "Calm")]
    [InlineData(400, "Elevated")]
    [InlineData(451, "High")]
    [InlineData(482, "Critical")]
    [InlineData(500, "Shed")]
    public void The_documents_thresholds_hold_on_512_MB(long used, string level) =>
        Assert.Equal(Enum.Parse<MemoryLevel>(level), MemoryThresholds.Of(512 * Mb)!.LevelAt(used * Mb, MemoryLevel.Calm));

    [Theory]
    [InlineData(64, 92)]
    [InlineData(213, 92)]
    [InlineData(300, 94)]
    [InlineData(512, 96)]
    [InlineData(1024, 96)]
    [InlineData(16384, 96)]
    public void Whoever_was_let_in_before_shedding_has_room_to_settle(int limit, int percent)
    {
        var thresholds = MemoryThresholds.Of(limit * Mb)!;
        var shed = thresholds.BeginOf(MemoryLevel.Shed);

        Assert.Equal(percent, (int)Math.Floor(100.0 * shed / (limit * Mb)));
        Assert.InRange(thresholds.Critical, thresholds.Warning + (limit * Mb / 100), shed - (limit * Mb / 100));
    }

    [Fact]
    public void Shedding_begins_after_critical_wherever_that_was_set()
    {
        var thresholds = MemoryThresholds.Of(213 * Mb, 200 * Mb, 210 * Mb)!;

        Assert.InRange(thresholds.BeginOf(MemoryLevel.Shed), thresholds.Critical + 1, thresholds.Limit - 1);
    }

    [Theory]
    [InlineData(0, 400, 512)]
    [InlineData(-1, 400, 512)]
    [InlineData(400, 400, 512)]
    [InlineData(401, 400, 512)]
    [InlineData(300, 512, 512)]
    [InlineData(300, 513, 512)]
    public void Thresholds_out_of_order_are_none(long warning, long critical, long limit) =>
        Assert.Null(MemoryThresholds.Of(limit * Mb, warning * Mb, critical * Mb));

    [Fact]
    public void A_level_is_left_only_some_way_below_where_it_began()
    {
        var thresholds = MemoryThresholds.Of(1000 * Mb, 800 * Mb, 900 * Mb)!;

        Assert.Equal(MemoryLevel.Elevated, thresholds.LevelAt(799 * Mb, MemoryLevel.Elevated));
        Assert.Equal(MemoryLevel.High, thresholds.LevelAt(799 * Mb, MemoryLevel.High));
        Assert.Equal(MemoryLevel.High, thresholds.LevelAt(780 * Mb, MemoryLevel.High));
        Assert.Equal(MemoryLevel.Elevated, thresholds.LevelAt(779 * Mb, MemoryLevel.High));
        Assert.Equal(MemoryLevel.Calm, thresholds.LevelAt(100 * Mb, MemoryLevel.Shed));
    }

    [Fact]
    public void More_memory_is_never_a_lower_level()
    {
        var thresholds = MemoryThresholds.Of(512 * Mb, 300 * Mb, 400 * Mb)!;
        foreach (var before in Enum.GetValues<MemoryLevel>())
        {
            var levels = Enumerable.Range(0, 600).Select(mb => thresholds.LevelAt(mb * Mb, before)).ToList();
            Assert.Equal(levels.Order(), levels);
            Assert.Equal(Enum.GetValues<MemoryLevel>(), levels.Distinct());
        }
    }

    [Fact]
    public void The_nearer_of_the_two_limits_decides()
    {
        // A container of 512 MB, where the collector refuses at 384.
        Assert.Equal(480 * Mb, new MemoryReading(Rss: 400 * Mb, Heap: 0, Committed: 360 * Mb, HeapLimit: 384 * Mb).UsedOf(512 * Mb));
        Assert.Equal(400 * Mb, new MemoryReading(Rss: 400 * Mb, Heap: 0, Committed: 100 * Mb, HeapLimit: 384 * Mb).UsedOf(512 * Mb));
    }
}
