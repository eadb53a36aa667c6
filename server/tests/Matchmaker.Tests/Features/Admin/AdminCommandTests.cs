using Matchmaker.Features.Admin;

namespace Matchmaker.Tests.Features.Admin;

public sealed class AdminCommandTests
{
    [Fact]
    public void Commands_are_read_with_their_options_in_any_order()
    {
        Assert.Equal(new AdminCommandRequest(), AdminCommand.Parse(["list"]));
        Assert.Equal(new AdminCommandRequest("create", "a@b"), AdminCommand.Parse(["create", "a@b"]));
        Assert.Equal(
            new AdminCommandRequest("create", "a@b", "Ada", AdminRole.Senior),
            AdminCommand.Parse(["create", "a@b", "--name", "Ada", "--role", "senior"]));
        Assert.Equal(
            new AdminCommandRequest("create", "a@b", "Ada", AdminRole.Senior),
            AdminCommand.Parse(["create", "a@b", "--role", "senior", "--name", "Ada"]));
        Assert.Equal(new AdminCommandRequest("role", "a@b", Role: AdminRole.Viewer), AdminCommand.Parse(["role", "a@b", "viewer"]));
        Assert.All(["reset", "disable", "enable"], word => Assert.Equal(new AdminCommandRequest(word, "a@b"), AdminCommand.Parse([word, "a@b"])));
    }

    [Theory]
    [InlineData]
    [InlineData("create")]
    [InlineData("create", "a@b", "--role")]
    [InlineData("create", "a@b", "--role", "king")]
    [InlineData("create", "a@b", "--role", "Senior")]
    [InlineData("create", "a@b", "--password", "x")]
    [InlineData("role", "a@b")]
    [InlineData("role", "a@b", "3")]
    [InlineData("reset")]
    [InlineData("reset", "a@b", "c@d")]
    [InlineData("list", "all")]
    public void Nothing_else_is_understood(params string[] args) => Assert.Null(AdminCommand.Parse(args));
}
