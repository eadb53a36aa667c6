using Matchmaker.Features.Admin;

namespace Matchmaker.Tests.Features.Admin;

public sealed class LockOutTests
{
    private static readonly AdminOptions _options = new();

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(5, 15)]
    [InlineData(6, 30)]
    [InlineData(11, 960)]
    [InlineData(12, 1440)]
    [InlineData(int.MaxValue, 1440)]
    public void A_stranger_waits_twice_as_long_each_time_and_never_longer_than_a_day(int attempts, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), LockOut.After(attempts, isKnown: false, _options));

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 30)]
    [InlineData(1000, 30)]
    public void Where_the_account_signed_in_before_it_only_pauses(int attempts, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), LockOut.After(attempts, isKnown: true, _options));
}
