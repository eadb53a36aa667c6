using Matchmaker.Features.Matching;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

public class WideningTests
{
    private static readonly Ticket _full = Ticket(1, languages: ["en"], interests: ["chess"]);

    [Theory]
    [InlineData(0, "")]
    [InlineData(14.999, "")]
    [InlineData(15, "languages")]
    [InlineData(29.999, "languages")]
    [InlineData(30, "languages interests")]
    [InlineData(44.999, "languages interests")]
    [InlineData(45, "languages interests callSeconds")]
    public void Wishes_loosen_one_after_the_other(double seconds, string names)
    {
        Assert.Equal(names, NamesAt(_full, seconds));
    }

    [Fact]
    public void What_was_not_wished_cannot_loosen()
    {
        Assert.Equal("callSeconds", NamesAt(Ticket(1), 60));
        Assert.Equal("interests callSeconds", NamesAt(Ticket(1, interests: ["chess"]), 60));
    }

    [Fact]
    public void Stages_are_the_moments_of_the_rules_in_order()
    {
        var rules = new MatchRules
        {
            LanguagesHardFor = TimeSpan.FromSeconds(50),
            InterestsCountFor = TimeSpan.FromSeconds(5),
            CallSecondsCountFor = TimeSpan.FromSeconds(20),
        };

        Assert.Equal([5.0, 20.0, 50.0], Widening.Stages(rules).Select(stage => stage.TotalSeconds));
    }

    private static string NamesAt(Ticket ticket, double seconds) =>
        string.Join(' ', Widening.Names(Widening.At(ticket, Noon.AddSeconds(seconds), MatchRules.Default)));
}
