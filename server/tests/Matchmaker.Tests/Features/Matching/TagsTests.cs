using Matchmaker.Features.Matching;

namespace Matchmaker.Tests.Features.Matching;

public class TagsTests
{
    [Fact]
    public void Repeated_words_count_once()
    {
        Assert.Equal(2, Tags.Of("en", "de", "en").Count);
    }

    [Fact]
    public void Shared_words_are_counted_as_a_plain_comparison_counts_them()
    {
        // Two-letter words from a small alphabet, so that words share bits of the mask without being equal.
        TestTickets.CheckSteps(300, 30, steps =>
        {
            var words = steps.Select(step => $"{(char)('a' + (step % 9))}{(char)('a' + (step / 9 % 9))}").ToArray();
            var left = Tags.Of(words[..(words.Length / 2)]);
            var right = Tags.Of(words[(words.Length / 2)..]);

            var shared = left.Words.ToArray().Intersect(right.Words.ToArray()).Count();

            Assert.Equal(shared, left.CountShared(right));
            Assert.Equal(shared, right.CountShared(left));
            Assert.Equal(shared > 0, left.Shares(right));
        });
    }

    [Fact]
    public void Nothing_is_shared_with_nothing()
    {
        Assert.False(Tags.None.Shares(Tags.None));
        Assert.False(Tags.None.Shares(Tags.Of("en")));
        Assert.False(Tags.Of("EN").Shares(Tags.Of("en")));
    }
}
