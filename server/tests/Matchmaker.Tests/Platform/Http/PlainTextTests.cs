using Matchmaker.Platform.Http;

namespace Matchmaker.Tests.Platform.Http;

public sealed class PlainTextTests
{
    [Fact]
    public void Text_comes_out_composed()
    {
        Assert.True(PlainText.TryRead("e\u0301t\u00E9", 10, out var clean));
        Assert.Equal("\u00E9t\u00E9", clean);
    }

    [Fact]
    public void The_limit_counts_code_points_after_composing()
    {
        Assert.True(PlainText.TryRead(string.Concat(Enumerable.Repeat("\U0001F600", 500)), 500, out _));
        Assert.True(PlainText.TryRead(string.Concat(Enumerable.Repeat("e\u0301", 500)), 500, out _));
        Assert.False(PlainText.TryRead(new string('x', 501), 500, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \u00A0\u3000")]
    [InlineData("\u200B\u200D")]
    [InlineData("two\nlines")]
    [InlineData("tab\tbed")]
    [InlineData("nul\0")]
    [InlineData("del\u007F")]
    [InlineData("c1\u009B")]
    [InlineData("over\u202Eride")]
    [InlineData("embed\u202A")]
    [InlineData("isolate\u2069")]
    [InlineData("line\u2028")]
    public void What_breaks_the_line_or_turns_it_round_is_refused(string? raw) => Assert.False(PlainText.TryRead(raw, 500, out _));

    [Theory]
    [InlineData("\u05E9\u05DC\u05D5\u05DD\u200F!")] // a right-to-left mark is part of writing Hebrew
    [InlineData("\U0001F468\u200D\U0001F469")]
    [InlineData(" a ")]
    public void What_people_need_for_writing_is_taken_as_it_is(string raw)
    {
        Assert.True(PlainText.TryRead(raw, 500, out var clean));
        Assert.Equal(raw, clean);
    }

    [Fact]
    public void Lone_surrogates_are_refused_and_do_not_throw()
    {
        foreach (var raw in new[] { "\uD83D", "a\uDE00", "\uDE00\uD83D", "\uD83D\uD83D\uDE00" })
        {
            Assert.Null(PlainText.Normalize(raw));
        }
    }
}
