using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Matching;

public class EligibilityTests
{
    private static readonly MatchRules _rules = MatchRules.Default;

    [Fact]
    public void Both_sides_must_want_the_others_gender()
    {
        var she = Ticket(1, gender: Gender.Female, wants: Wants.Of(Gender.Male));
        var he = Ticket(2, gender: Gender.Male, wants: Wants.Of(Gender.Female));
        var heWantsMen = Ticket(3, gender: Gender.Male, wants: Wants.Of(Gender.Male));
        var anyone = Ticket(4, gender: Gender.Male);

        AssertFits(true, she, he);
        AssertFits(false, she, heWantsMen);
        AssertFits(true, she, anyone);
        AssertFits(true, heWantsMen, anyone);
    }

    [Fact]
    public void Avoiding_on_one_side_is_enough()
    {
        var one = Ticket(1);
        one.AddAvoid(User(2));

        AssertFits(false, one, Ticket(2));
        AssertFits(true, one, Ticket(3));
    }

    [Fact]
    public void A_user_does_not_meet_themselves()
    {
        AssertFits(false, Ticket(1), Ticket(1));
    }

    [Fact]
    public void A_lapsed_cooldown_no_longer_bars()
    {
        var one = Ticket(1);
        one.AddAvoid(User(2), Noon.AddMinutes(5));

        AssertFits(false, one, Ticket(2), Noon.AddMinutes(4));
        AssertFits(true, one, Ticket(2), Noon.AddMinutes(5));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("en", "", true)]
    [InlineData("en de", "de fr", true)]
    [InlineData("en", "de", false)]
    [InlineData("en", "en-GB", false)]
    public void Fresh_tickets_need_a_shared_language_if_both_name_any(string left, string right, bool fits)
    {
        AssertFits(fits, Ticket(1, languages: Split(left)), Ticket(2, languages: Split(right)));
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(15, 0, false)]
    [InlineData(15, 14.999, false)]
    [InlineData(15, 15, true)]
    [InlineData(3600, 15, true)]
    public void Languages_soften_only_when_both_have_waited(double leftWaited, double rightWaited, bool fits)
    {
        var left = Ticket(1, Noon.AddSeconds(-leftWaited), languages: ["en"]);
        var right = Ticket(2, Noon.AddSeconds(-rightWaited), languages: ["de"]);

        AssertFits(fits, left, right);
    }

    [Fact]
    public void Waiting_never_softens_genders_or_blocks()
    {
        var later = Noon.AddDays(1);
        var one = Ticket(1, gender: Gender.Male, wants: Wants.Of(Gender.Female));
        var blocked = Ticket(2, gender: Gender.Female);
        one.AddAvoid(blocked.UserId);

        AssertFits(false, one, blocked, later);
        AssertFits(false, one, Ticket(3, gender: Gender.Male), later);
        AssertFits(true, one, Ticket(4, gender: Gender.Female), later);
    }

    private static string[] Split(string words) => words.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void AssertFits(bool expected, Ticket a, Ticket b, DateTimeOffset? now = null)
    {
        Assert.Equal(expected, Eligibility.Fits(a, b, now ?? Noon, _rules));
        Assert.Equal(expected, Eligibility.Fits(b, a, now ?? Noon, _rules));
    }
}
