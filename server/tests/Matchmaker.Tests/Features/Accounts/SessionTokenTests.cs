using Matchmaker.Features.Accounts;

namespace Matchmaker.Tests.Features.Accounts;

public sealed class SessionTokenTests
{
    [Fact]
    public void Tokens_are_43_characters_and_all_different()
    {
        var tokens = Enumerable.Range(0, 1000).Select(_ => SessionToken.Create()).ToList();

        Assert.All(tokens, t => Assert.Equal(SessionToken.Length, t.Length));
        Assert.Equal(1000, tokens.Distinct().Count());
    }

    [Fact]
    public void The_hash_tells_nothing_of_the_token_and_is_the_same_each_time()
    {
        var token = SessionToken.Create();

        var hash = SessionToken.Hash(token);

        Assert.Equal(32, hash?.Length);
        Assert.Equal(hash, SessionToken.Hash(token));
        Assert.NotEqual(hash, SessionToken.Hash(SessionToken.Create()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] // 44
    public void What_cannot_be_a_token_is_not_looked_up(string text) => Assert.Null(SessionToken.Hash(text));
}
