using Matchmaker.Platform.Settings;

namespace Matchmaker.Tests.Platform.Settings;

public sealed class NearestTests
{
    private static readonly string[] _words = ["LimitMb", "WarningMb", "CheckInterval", "Url"];

    [Theory]
    [InlineData("LimitMB", "LimitMb")]
    [InlineData("Limit", "LimitMb")]
    [InlineData("ChekcInterval", "CheckInterval")]
    [InlineData("Uri", "Url")]
    [InlineData("Urls", "Url")]
    [InlineData("Rul", "Url")] // two that changed places
    [InlineData("Colour", null)]
    [InlineData("", null)]
    public void A_slip_has_a_word_that_was_meant_and_another_word_has_none(string written, string? meant) =>
        Assert.Equal(meant, Nearest.Of(written, _words));
}
