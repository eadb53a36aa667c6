using Matchmaker.Features.Calls;

namespace Matchmaker.Tests.Features.Calls;

public class SocialsTests
{
    [Theory]
    [InlineData("mastodon", "@ada@example.org")]
    [InlineData("x", "a")]
    [InlineData("web2", "https://example.org/~ada?q=1&r=2")]
    public void A_plain_handle_may_be_shared(string network, string handle) =>
        Assert.Null(Socials.Check(new Dictionary<string, string> { [network] = handle }));

    [Theory]
    [InlineData("", "ada")]
    [InlineData("Mastodon", "ada")]
    [InlineData("my net", "ada")]
    [InlineData("netz-werk", "ada")]
    [InlineData("a23456789012345678901", "ada")]
    [InlineData("x", "")]
    [InlineData("x", null)]
    [InlineData("x", "two words")]
    [InlineData("x", "<script>")]
    [InlineData("x", "line\nline")]
    [InlineData("x", "gr\u00fc\u00dfe")]
    [InlineData("x", "\u202eada")]
    [InlineData("x", "\u007f")]
    public void Anything_that_is_not_plain_visible_ascii_is_refused(string network, string? handle) =>
        Assert.Equal("socials", Socials.Check(new Dictionary<string, string> { [network] = handle! })?.Field);

    [Fact]
    public void The_limits_are_eight_handles_of_sixty_four_characters()
    {
        Assert.Null(Socials.Check(Many(Socials.MaxCount, Socials.MaxHandleLength)));
        Assert.NotNull(Socials.Check(Many(Socials.MaxCount + 1, 1)));
        Assert.NotNull(Socials.Check(Many(1, Socials.MaxHandleLength + 1)));
        Assert.NotNull(Socials.Check(Many(0, 1)));
        Assert.NotNull(Socials.Check(null));
    }

    private static Dictionary<string, string> Many(int count, int length) =>
        Enumerable.Range(0, count).ToDictionary(i => $"net{i}", _ => new string('a', length));
}
