using Matchmaker.Features.Accounts;

namespace Matchmaker.Tests.Features.Accounts;

public sealed class PersonNameTests
{
    [Theory]
    [InlineData("Ada", "Ada")]
    [InlineData("  Ada Lovelace ", "Ada Lovelace")]
    [InlineData("A\u0308da", "\u00C4da")] // composed
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")] // Persian needs its non-joiner
    [InlineData("\U0001F469\u200D\U0001F680", "\U0001F469\u200D\U0001F680")] // an emoji of two
    [InlineData("\u0926\u0940\u092A\u0915", "\u0926\u0940\u092A\u0915")]
    [InlineData("O'Neil-Smith, 3rd!", "O'Neil-Smith, 3rd!")]
    public void A_name_that_may_be_seen_is_taken_trimmed_and_composed(string raw, string expected)
    {
        Assert.True(PersonName.TryRead(raw, out var name));
        Assert.Equal(expected, name);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("\u3164")] // a letter without a shape
    [InlineData("\u2800\u2800")]
    [InlineData("a\0b")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    [InlineData("a\u2028b")]
    [InlineData("\u202Egnp.exe")] // override
    [InlineData("a\u2066b")] // isolate
    [InlineData("Ad\u200Ba")] // zero-width space
    [InlineData("Ad\u200Da")] // a joiner that joins nothing
    [InlineData("\uFEFFAda")]
    [InlineData("\u200FAda")]
    [InlineData("Ada\u00AD")]
    [InlineData("\u0645\u200C")] // at the end
    [InlineData("\u0645\u200C\u200C\u062E")] // two
    public void A_name_that_hides_or_disguises_is_refused(string? raw) => Assert.False(PersonName.TryRead(raw, out _));

    [Fact]
    public void A_lone_surrogate_is_refused_and_does_not_throw()
    {
        // Not as test data: attributes are stored as UTF-8, which has no such thing.
        foreach (var raw in new[] { "\uD83D", "a\uDE00b", "\uDE00\uD83D" })
        {
            Assert.False(PersonName.TryRead(raw, out _));
        }
    }

    [Fact]
    public void Forty_graphemes_are_a_name_and_forty_one_are_not()
    {
        Assert.True(PersonName.TryRead(new string('x', 40), out _));
        Assert.False(PersonName.TryRead(new string('x', 41), out _));
        Assert.True(PersonName.TryRead(string.Concat(Enumerable.Repeat("\U0001F600", 40)), out _));
        Assert.False(PersonName.TryRead(string.Concat(Enumerable.Repeat("\U0001F600", 41)), out _));
    }

    [Fact]
    public void Long_graphemes_do_not_make_a_long_name()
    {
        const string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466";
        Assert.True(PersonName.TryRead(string.Concat(Enumerable.Repeat(family, 20)), out _));
        Assert.False(PersonName.TryRead(string.Concat(Enumerable.Repeat(family, 40)), out _));
    }

    [Fact]
    public void Four_marks_on_a_letter_stand_and_five_do_not()
    {
        // "q" composes with none of these.
        Assert.True(PersonName.TryRead("q\u0323\u0331\u0324\u0325", out _));
        Assert.False(PersonName.TryRead("q\u0323\u0331\u0324\u0325\u0326", out _));
    }
}
