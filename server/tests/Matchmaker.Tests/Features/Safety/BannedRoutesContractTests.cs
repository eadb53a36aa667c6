using System.Net;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Admin;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Safety;

/// <summary>What somebody hears about whom something was done, on the whole program.</summary>
public abstract class BannedRoutesContractTests : IAsyncDisposable
{
    private readonly Guid _admin = Guid.NewGuid();
    private TestServer? _server;

    private protected abstract string? DatabaseUrl { get; }

    private TestServer Server => _server ??= TestServer.Start(DatabaseUrl);

    private Measures Measures => Server.Services.GetRequiredService<Measures>();

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Every_route_of_a_user_but_those_that_they_need_tells_that_they_are_banned()
    {
        var ada = await Server.SignUp();
        using var before = await ada.Http.GetAsync("/api/me"); // a copy of the login is kept
        await Take(ada, MeasureKind.Ban, TimeSpan.FromHours(2));
        var open = new List<string>();

        foreach (var endpoint in Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<HubMetadata>() is not null || endpoint.Metadata.GetMetadata<ForAdmin>() is not null
                || endpoint.Metadata.GetMetadata<IAuthorizeData>() is not { AuthenticationSchemes: null })
            {
                continue;
            }

            var method = endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Single();
            var path = "/" + endpoint.RoutePattern.RawText!.Trim('/');
            if (endpoint.Metadata.GetMetadata<AllowsBanned>() is not null)
            {
                open.Add($"{method} {path}");
                continue;
            }

            using var request = new HttpRequestMessage(new HttpMethod(method), System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", new string('A', 22)));
            request.Content = method is "GET" or "DELETE" ? null : new StringContent("{}", Encoding.UTF8, "application/json");
            using var answer = await ada.Http.SendAsync(request);
            var body = await answer.Content.ReadFromJsonAsync<JsonElement>();

            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal("banned", body.GetProperty("code").GetString());
            Assert.Equal(("nudity", "Not here.", true), (Text(body, "reason"), Text(body, "text"), body.GetProperty("appealable").GetBoolean()));
            Assert.InRange(body.GetProperty("remainingSeconds").GetInt32(), 7100, 7200);
            Assert.EndsWith("Z", Text(body, "until"));
        }

        Assert.Equal(["DELETE /api/me", "GET /api/me/standing", "POST /api/appeals", "POST /api/auth/logout"], open.Where(o => !o.Contains("export")).Order());
        using var logout = await ada.Http.PostAsync("/api/auth/logout", null);
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
    }

    [Fact]
    public async Task A_ban_closes_the_socket_with_the_reason_and_refuses_the_next()
    {
        var ada = await Server.SignUp();
        var ticket = await Ticket(ada);
        var late = await Ticket(ada);
        using var socket = await Connect(ada, ticket);
        await Send(socket, """{"protocol":"json","version":1}""");
        Assert.Equal("{}", (await Receive(socket))[0]);

        await Take(ada, MeasureKind.Ban);

        var heard = await ReceiveAll(socket);
        using var banned = JsonDocument.Parse(Assert.Single(heard, m => m.Contains("\"banned\"")));
        var payload = banned.RootElement.GetProperty("arguments")[0];
        Assert.Equal(["reason", "text", "appealable"], payload.EnumerateObject().Select(p => p.Name));
        Assert.Equal("nudity", Text(payload, "reason"));
        Assert.Equal(heard[^1], banned.RootElement.GetRawText()); // final
        await Eventually.Holds(() => Server.Services.GetRequiredService<ConnectionManager>().Count == 0);
        using var again = new ClientWebSocket();
        again.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => again.ConnectAsync(Hub(ada, late), default));
        Assert.Equal(HttpStatusCode.Forbidden, again.HttpStatusCode);
    }

    [Fact]
    public async Task Who_is_banned_appeals_and_reads_the_answer()
    {
        var ada = await Server.SignUp();
        Assert.Equal("{}", await ada.Http.GetStringAsync("/api/me/standing"));
        Assert.Equal((HttpStatusCode.NotFound, "nothing_to_appeal"), await Appeal(ada, "Why?"));
        await Take(ada, MeasureKind.Ban);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_argument"), await Appeal(ada, ""));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_argument"), await Appeal(ada, new string('x', 1001)));
        Assert.Equal((HttpStatusCode.Created, null), await Appeal(ada, "It was not me.\nReally."));
        Assert.Equal((HttpStatusCode.Conflict, "appeal_exists"), await Appeal(ada, "It was not me."));

        var standing = await ada.Http.GetFromJsonAsync<JsonElement>("/api/me/standing");
        Assert.Equal(("ban", false), (Text(standing.GetProperty("standing"), "kind"), standing.GetProperty("standing").GetProperty("appealable").GetBoolean()));
        Assert.Equal("It was not me.\nReally.", Text(standing.GetProperty("appeal"), "text"));
        var appeals = Server.Services.GetRequiredService<Appeals>();
        await appeals.Decide((await appeals.Of(ada.Id))[0].AppealId, Guid.NewGuid(), AppealOutcome.Granted, "We are sorry.");

        var after = await ada.Http.GetFromJsonAsync<JsonElement>("/api/me/standing");
        Assert.False(after.TryGetProperty("standing", out _));
        Assert.Equal(("granted", "We are sorry."), (Text(after.GetProperty("appeal"), "outcome"), Text(after.GetProperty("appeal"), "answer")));
        using var me = await ada.Http.GetAsync("/api/me");
        Assert.Equal(HttpStatusCode.OK, me.StatusCode);
    }

    [Fact]
    public async Task A_warning_is_acknowledged_by_whom_it_is_about()
    {
        var (ada, bob) = (await Server.SignUp(), await Server.SignUp());
        var warning = Matchmaker.Platform.Http.WireId.Format(await Take(ada, MeasureKind.Warn));
        Assert.Equal(HttpStatusCode.OK, (await ada.Http.GetAsync("/api/me")).StatusCode);

        Assert.Equal(HttpStatusCode.NotFound, (await bob.Http.PostAsync($"/api/measures/{warning}/seen", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await ada.Http.PostAsync($"/api/measures/{warning}/seen", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await ada.Http.PostAsync($"/api/measures/{warning}/seen", null)).StatusCode);

        Assert.Equal("{}", await ada.Http.GetStringAsync("/api/me/standing"));
    }

    [Fact]
    public async Task From_a_banned_address_nobody_signs_up_or_connects_and_who_is_here_goes()
    {
        var ada = await Server.SignUp();
        using var socket = await Connect(ada, await Ticket(ada));
        await Send(socket, """{"protocol":"json","version":1}""");
        var late = await Ticket(ada);
        var bans = Server.Services.GetRequiredService<AddressBans>();
        var (scope, key) = (await bans.Read("127.0.0.1")).Value;
        Assert.True(await bans.Reach(scope, key) >= 1);

        await bans.Take(new NewAddressBan(Guid.NewGuid(), scope, key, "127.0.0.1", Reason.Spam, "Too many.", TimeSpan.FromHours(1), _admin));

        var heard = await ReceiveAll(socket);
        Assert.Contains("\"banned\"", heard[^1]);
        try
        {
            await NobodyComes(ada, late);
        }
        finally
        {
            foreach (var ban in await bans.List(10))
            {
                await bans.Lift(ban.BanId, _admin, "Fine.");
            }
        }

        await Server.SignUp();
    }

    private async Task NobodyComes(Guest ada, string late)
    {
        using var guest = await Server.Http.PostAsJsonAsync("/api/auth/guest", new { name = "Eve", gender = "female", adult = true });
        var body = await guest.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.Forbidden, "banned"), (guest.StatusCode, Text(body, "code")));
        Assert.Equal(("Too many.", false), (Text(body, "text"), body.GetProperty("appealable").GetBoolean()));
        using var ticket = await ada.Http.PostAsJsonAsync("/api/auth/ticket", new { tab = "0123456789" });
        Assert.Equal(HttpStatusCode.Forbidden, ticket.StatusCode);
        using var again = new ClientWebSocket();
        await Assert.ThrowsAsync<WebSocketException>(() => again.ConnectAsync(Hub(ada, late), default));
        Assert.Equal(HttpStatusCode.OK, (await ada.Http.GetAsync("/api/me")).StatusCode); // it is about no person
    }

    private async Task<Guid> Take(Guest guest, MeasureKind kind, TimeSpan? duration = null) => (await Measures.Take(
        new NewMeasure(Guid.NewGuid(), guest.Id, kind, Reason.Nudity, "Not here.", duration, null, _admin))).Value!.MeasureId;

    private static async Task<(HttpStatusCode Status, string? Code)> Appeal(Guest guest, string text)
    {
        using var answer = await guest.Http.PostAsJsonAsync("/api/appeals", new { text });
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (answer.StatusCode, body.TryGetProperty("code", out var code) ? code.GetString() : null);
    }

    private static string Text(JsonElement body, string name) => body.GetProperty(name).GetString()!;

    private static async Task<string> Ticket(Guest guest)
    {
        using var answer = await guest.Http.PostAsJsonAsync("/api/auth/ticket", new { tab = Guid.NewGuid().ToString("N") });
        return Text(await answer.Content.ReadFromJsonAsync<JsonElement>(), "ticket");
    }

    private static Uri Hub(Guest guest, string ticket) =>
        new UriBuilder(guest.Http.BaseAddress!) { Scheme = "ws", Path = "/hub", Query = $"access_token={ticket}" }.Uri;

    private static async Task<ClientWebSocket> Connect(Guest guest, string ticket)
    {
        var socket = new ClientWebSocket();
        await socket.ConnectAsync(Hub(guest, ticket), default);
        return socket;
    }

    private static Task Send(ClientWebSocket socket, string message) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(message + "\u001e"), WebSocketMessageType.Text, true, default);

    /// <summary>All that is said until the socket is over, but SignalR's own pings and its word that it closes.</summary>
    private static async Task<List<string>> ReceiveAll(ClientWebSocket socket)
    {
        var heard = new List<string>();
        while (await Receive(socket) is { Count: > 0 } messages)
        {
            heard.AddRange(messages.Where(m => !m.StartsWith("{\"type\":6", StringComparison.Ordinal) && !m.StartsWith("{\"type\":7", StringComparison.Ordinal)));
        }

        return heard;
    }

    /// <summary>The messages of the next frame; empty when the socket is over.</summary>
    private static async Task<List<string>> Receive(ClientWebSocket socket)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            var received = await socket.ReceiveAsync(buffer, default);
            return received.MessageType == WebSocketMessageType.Close ? []
                : [.. Encoding.UTF8.GetString(buffer, 0, received.Count).Split('\u001e', StringSplitOptions.RemoveEmptyEntries)];
        }
        catch (WebSocketException)
        {
            return [];
        }
    }
}

public sealed class EmbeddedBannedRoutesTests : BannedRoutesContractTests
{
    private protected override string? DatabaseUrl => null;
}

[Trait("Category", "Postgres")]
public sealed class PostgresBannedRoutesTests(TestDatabase database) : BannedRoutesContractTests, IClassFixture<TestDatabase>
{
    private protected override string? DatabaseUrl => database.Url;
}
