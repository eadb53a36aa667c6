using Matchmaker.Features.Admin;

namespace Matchmaker.Tests.Features.Admin;

public sealed class AdminEmailTests
{
    [Theory]
    [InlineData(" Ada@Example.org ", "ada@example.org")]
    [InlineData("a+b@localhost", "a+b@localhost")]
    public void An_address_is_read_in_lower_case(string text, string email)
    {
        Assert.True(AdminEmail.TryRead(text, out var read));
        Assert.Equal(email, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("@example.org")]
    [InlineData("ada@")]
    [InlineData("ada@b@c")]
    [InlineData("ada b@example.org")]
    [InlineData("ada\n@example.org")]
    [InlineData("ädä@example.org")]
    [InlineData("<ada@example.org>")]
    public void Nothing_else_is_one(string? text) => Assert.False(AdminEmail.TryRead(text, out _));

    [Theory]
    [InlineData(242, true)]
    [InlineData(243, false)]
    public void It_has_254_characters_at_most(int before, bool good) =>
        Assert.Equal(good, AdminEmail.TryRead(new string('a', before) + "@example.org", out _));

    [Fact]
    public void Who_gives_no_name_is_called_after_it()
    {
        Assert.Equal("ada", AdminEmail.NameOf("ada@example.org"));
        Assert.Equal(40, AdminEmail.NameOf(new string('a', 60) + "@example.org").Length);
    }
}
