using Matchmaker.Features.Accounts;

namespace Matchmaker.Tests.Features.Accounts;

public sealed class ProfileTests
{
    [Fact]
    public void What_is_absent_stays_null()
    {
        var profile = Profile.Read(new ProfileRequest()).Value;

        Assert.Equal(new Profile(null, null, null, null), profile);
    }

    [Fact]
    public void Languages_and_interests_come_out_once_each()
    {
        var profile = Profile.Read(new ProfileRequest(Languages: ["EN", "en", "pt-br"], Interests: [" Chess", "chess", "Go "])).Value;

        Assert.Equal(["en", "pt-BR"], profile?.Languages);
        Assert.Equal(["Chess", "Go"], profile?.Interests);
    }

    [Theory]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public void Five_languages_are_the_most(int count, bool fits)
    {
        string[] known = ["en", "de", "fr", "es", "it", "pl"];

        var outcome = Profile.Read(new ProfileRequest(Languages: known[..count]));

        Assert.Equal(fits ? null : "languages", outcome.No?.Field);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(11, false)]
    public void Ten_interests_are_the_most(int count, bool fits)
    {
        var outcome = Profile.Read(new ProfileRequest(Interests: [.. Enumerable.Range(0, count).Select(i => $"i{i}")]));

        Assert.Equal(fits ? null : "interests", outcome.No?.Field);
    }

    [Theory]
    [InlineData(24, true)]
    [InlineData(25, false)]
    public void Twenty_four_characters_are_the_longest_interest(int length, bool fits)
    {
        // Characters, not UTF-16: each of these takes two.
        var interest = string.Concat(Enumerable.Repeat("\U0001F600", length));

        Assert.Equal(fits ? null : "interests", Profile.Read(new ProfileRequest(Interests: [interest])).No?.Field);
    }

    [Fact]
    public void The_wrong_field_is_named()
    {
        Assert.Equal("name", Profile.Read(new ProfileRequest(Name: "\n")).No?.Field);
        Assert.Equal("gender", Profile.Read(new ProfileRequest(Gender: (Gender)9)).No?.Field);
        Assert.Equal("languages", Profile.Read(new ProfileRequest(Languages: ["en", null])).No?.Field);
        Assert.Equal("interests", Profile.Read(new ProfileRequest(Interests: ["ok", ""])).No?.Field);
        Assert.Equal("invalid_argument", Profile.Read(new ProfileRequest(Interests: [null])).No?.Code);
    }
}
