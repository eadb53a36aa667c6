using Matchmaker.Features.Admin;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Admin;

/// <summary>What consoles are told over the hub, on the whole program.</summary>
public sealed class CaseWatchTests : IAsyncLifetime
{
    private readonly TestServer _server = TestServer.Start(settings: new()
    {
        ["Admin:PasswordIterations"] = "10000",
        ["Admin:MaxConnections"] = "2",
    });

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Who_connects_is_told_how_much_there_is_to_do_and_then_what_changes()
    {
        using var ada = await TestConsole.SignedIn(_server, AdminRole.Viewer);
        await using var first = await Connect(ada);
        Assert.Equal("""{"open":0,"urgent":0,"appeals":0}""", (await first.Expect("casesChanged")).GetRawText());

        var guest = await _server.SignUp();
        await _server.Services.GetRequiredService<Measures>().Take(new NewMeasure(
            Guid.NewGuid(), guest.Id, MeasureKind.Ban, Reason.Spam, "Because.", Duration: null, CaseId: null, Guid.NewGuid()));
        await _server.Services.GetRequiredService<Appeals>().File(guest.Id, new AppealRequest("No!"));
        Assert.Equal(1, (await first.Expect("casesChanged")).GetProperty("appeals").GetInt32());

        await using var second = await Connect(ada); // told although nothing has changed
        Assert.Equal(1, (await second.Expect("casesChanged")).GetProperty("appeals").GetInt32());
    }

    [Fact]
    public async Task Whose_session_ends_is_closed_and_others_stay()
    {
        using var ada = await TestConsole.SignedIn(_server, AdminRole.Viewer);
        using var bob = await TestConsole.SignedIn(_server, AdminRole.Viewer);
        await using var hers = await Connect(ada);
        await using var his = await Connect(bob);

        await ada.Ok(HttpMethod.Post, "/api/admin/logout");

        await hers.Closed;
        Assert.False(his.Closed.IsCompleted);
    }

    [Fact]
    public async Task Beyond_the_places_nobody_gets_in_and_each_comes_back()
    {
        using var ada = await TestConsole.SignedIn(_server, AdminRole.Viewer);
        var first = await Connect(ada);
        await using var second = await Connect(ada);

        Assert.Equal(503, (await TestHub.Open(_server, "/hubs/admin", Headers(ada))).Status);

        await first.DisposeAsync();
        await Eventually.Holds(() => _server.Services.GetRequiredService<AdminConnections>().Figures.Count == 1);
        await using var third = await Connect(ada);
        Assert.Equal((2, 1), _server.Services.GetRequiredService<AdminConnections>().Figures);
    }

    /// <summary>It is a hub that tells: whatever is asked of it, it knows no such method.</summary>
    [Fact]
    public async Task It_has_no_methods()
    {
        using var ada = await TestConsole.SignedIn(_server, AdminRole.Admin);
        await using var hub = await Connect(ada);

        foreach (var method in new[] { "Resume", "OnConnectedAsync", "TellAgain", "Dispose" })
        {
            var reply = await hub.Invoke(method);
            Assert.Equal((method, "unknown_method"), (method, reply.GetProperty("error").GetProperty("code").GetString()));
        }
    }

    private async Task<TestHub> Connect(TestConsole console) => (await TestHub.Open(_server, "/hubs/admin", Headers(console))).Hub!;

    private (string, string)[] Headers(TestConsole console) =>
        [("Cookie", console.Cookie!), ("Origin", _server.Address.GetLeftPart(UriPartial.Authority))];
}
