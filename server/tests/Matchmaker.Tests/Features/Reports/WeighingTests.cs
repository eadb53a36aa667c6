using Matchmaker.Features.Reports;

namespace Matchmaker.Tests.Features.Reports;

public sealed class WeighingTests
{
    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(1, 1, 1.2)]
    [InlineData(0, 1, 0.8)]
    [InlineData(4, 4, 1.5)]
    [InlineData(50, 100, 1)]
    [InlineData(100, 100, 1.5)]
    [InlineData(0, 4, 0.5)]
    [InlineData(0, 36, 0.1)]
    [InlineData(0, 100, 0.1)]
    public void Who_has_been_right_counts_more_and_who_is_new_counts_one(int agreed, int decided, double expected) =>
        Assert.Equal(expected, Weighing.OfReporter(agreed, decided), 9);

    [Fact]
    public void People_from_different_networks_add_up() => Assert.Equal(new CaseWeight(4, 4, 4, 4), Weighing.Of(Crowd(4, i => $"{i}")));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(50, 2)]
    public void Of_one_network_two_count(int reporters, double expected) =>
        Assert.Equal(new CaseWeight(expected, reporters, reporters, 1), Weighing.Of(Crowd(reporters, _ => "one")));

    [Fact]
    public void A_crowd_of_one_network_weighs_no_more_than_three_strangers_even_with_the_best_record() =>
        Assert.True(Weighing.Of(Crowd(50, _ => "one", Weighing.MostWeight)).Score <= Weighing.Of(Crowd(3, i => $"{i}")).Score);

    [Fact]
    public void Those_of_whom_the_network_is_not_known_are_one() => Assert.Equal(new CaseWeight(2, 50, 50, 1), Weighing.Of(Crowd(50, _ => null)));

    [Fact]
    public void Of_a_network_the_heaviest_count()
    {
        var weights = new[] { 0.1, 1.5, 1, 0.5 };
        Assert.Equal(2.5, Weighing.Of(weights.Select(w => new WeighedReport(Guid.NewGuid(), "one", w))).Score, 9);
    }

    [Fact]
    public void A_reporter_counts_once_with_the_first_report_wherever_they_go_on_from()
    {
        var me = Guid.NewGuid();
        var weight = Weighing.Of([new(me, "home", 1), new(me, "elsewhere", 1.5), new(me, null, 1.5)]);
        Assert.Equal(new CaseWeight(1, 3, 1, 1), weight);
    }

    [Fact]
    public void Nothing_weighs_nothing() => Assert.Equal(default, Weighing.Of([]));

    private static IEnumerable<WeighedReport> Crowd(int count, Func<int, string?> network, double weight = 1) =>
        Enumerable.Range(0, count).Select(i => new WeighedReport(Guid.NewGuid(), network(i), weight));
}
