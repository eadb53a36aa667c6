using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;

namespace Matchmaker.Tests.Features.Matching;

public class WantsTests
{
    [Fact]
    public void Naming_no_gender_means_any()
    {
        Assert.Equal(Wants.Any, Wants.Of());
        Assert.Equal(Wants.Any, Wants.FromBits(0));
        Assert.Equal(Wants.Any, default);
        Assert.All(Enum.GetValues<Gender>(), gender => Assert.True(Wants.Any.Accepts(gender)));
    }

    [Fact]
    public void Only_the_genders_named_are_accepted()
    {
        var wants = Wants.Of(Gender.Female, Gender.Nonbinary);

        Assert.True(wants.Accepts(Gender.Female));
        Assert.True(wants.Accepts(Gender.Nonbinary));
        Assert.False(wants.Accepts(Gender.Male));
        Assert.False(wants.Accepts(Gender.Unspecified));
    }

    [Fact]
    public void Bits_survive_a_round_trip()
    {
        for (byte bits = 1; bits <= 15; bits++)
        {
            Assert.Equal(bits, Wants.FromBits(bits).Bits);
        }
    }

    [Fact]
    public void Bits_of_no_gender_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Wants.FromBits(16));
        Assert.Throws<ArgumentOutOfRangeException>(() => Wants.Of((Gender)4));
    }
}
