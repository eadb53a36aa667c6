using Matchmaker.Features.Accounts;

namespace Matchmaker.Tests.Features.Accounts;

public sealed class LanguageTagTests
{
    [Theory]
    [InlineData("en", "en")]
    [InlineData("EN-us", "en-US")]
    [InlineData("zh-hans-cn", "zh-Hans-CN")]
    [InlineData("es-419", "es-419")]
    [InlineData("gsw", "gsw")]
    [InlineData("sl-ROZAJ", "sl-rozaj")]
    [InlineData("de-1901", "de-1901")]
    [InlineData(" fr ", "fr")]
    public void A_tag_comes_out_in_its_canonical_case(string raw, string expected)
    {
        Assert.True(LanguageTag.TryRead(raw, out var tag));
        Assert.Equal(expected, tag);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("e")]
    [InlineData("english")]
    [InlineData("en-")]
    [InlineData("en--US")]
    [InlineData("en_US")]
    [InlineData("x-klingon")]
    [InlineData("en-u-ca-buddhist")]
    [InlineData("ру")]
    [InlineData("sl-rozaj-biske-1994-nedis-solba-lipaw")] // 37 characters
    public void What_is_no_language_is_refused(string? raw) => Assert.False(LanguageTag.TryRead(raw, out _));
}
