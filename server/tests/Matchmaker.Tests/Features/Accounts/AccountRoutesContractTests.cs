using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Accounts;

/// <summary>The routes of accounts and safety on the whole program.</summary>
public abstract class AccountRoutesContractTests : IAsyncDisposable
{
    private TestServer? _server;

    private protected abstract string? DatabaseUrl { get; }

    private TestServer Server => _server ??= TestServer.Start(DatabaseUrl);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_guest_is_who_they_said_and_nothing_else_is_told()
    {
        using var answer = await Server.Http.PostAsync("/api/auth/guest", Json("""
            { "name": " Zoë ", "gender": "nonbinary", "adult": true, "languages": ["PT-br"], "interests": ["chess"],
              "selfieUrl": "http://evil/x", "id": "x" }
            """));
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();

        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.Equal(["token", "expiresAt", "user"], body.EnumerateObject().Select(p => p.Name));
        var user = body.GetProperty("user");
        Assert.Equal(["id", "name", "gender", "languages", "interests"], user.EnumerateObject().Select(p => p.Name));
        Assert.Equal("Zoë", user.GetProperty("name").GetString());
        Assert.Equal("nonbinary", user.GetProperty("gender").GetString());
        Assert.Equal("pt-BR", user.GetProperty("languages")[0].GetString());
        var days = (body.GetProperty("expiresAt").GetDateTimeOffset() - TimeProvider.System.GetUtcNow()).TotalDays;
        Assert.InRange(days, 6.99, 7.01);
    }

    [Fact]
    public async Task A_profile_is_read_changed_and_read_again()
    {
        var ada = await Server.SignUp();

        using var change = await ada.Http.PatchAsync("/api/me", Json("""{ "name": "Grace", "interests": ["ships"] }"""));
        var me = await ada.Http.GetFromJsonAsync<JsonElement>("/api/me");

        Assert.Equal(HttpStatusCode.OK, change.StatusCode);
        Assert.Equal((await change.Content.ReadFromJsonAsync<JsonElement>()).GetRawText(), me.GetRawText());
        Assert.Equal(ada.WireId, me.GetProperty("id").GetString());
        Assert.Equal("Grace", me.GetProperty("name").GetString());
        Assert.Equal("female", me.GetProperty("gender").GetString());
    }

    [Fact]
    public async Task After_a_logout_the_token_is_worth_nothing()
    {
        var ada = await Server.SignUp();
        using var logout = await ada.Http.PostAsync("/api/auth/logout", null);

        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        using var after = await ada.Http.GetAsync("/api/me");
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.Equal("session_ended", (await after.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Who_erases_the_account_is_gone_also_from_the_lists_of_others()
    {
        var (ada, bob) = (await Server.SignUp("Ada"), await Server.SignUp("Bob", "male"));
        await ada.Http.PutAsync($"/api/blocks/{bob.WireId}", null);
        await bob.Http.PutAsync($"/api/blocks/{ada.WireId}", null);

        using var erased = await bob.Http.DeleteAsync("/api/me");

        Assert.Equal(HttpStatusCode.NoContent, erased.StatusCode);
        using var after = await bob.Http.GetAsync("/api/me");
        Assert.Equal(HttpStatusCode.Unauthorized, after.StatusCode);
        Assert.Equal("""{"people":[]}""", await ada.Http.GetStringAsync("/api/blocks"));
        using var again = await ada.Http.PutAsync($"/api/blocks/{bob.WireId}", null);
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
    }

    [Fact]
    public async Task A_block_is_put_listed_and_deleted_any_number_of_times()
    {
        var (ada, bob) = (await Server.SignUp("Ada"), await Server.SignUp("Bob", "male"));
        for (var i = 0; i < 2; i++)
        {
            using var put = await ada.Http.PutAsync($"/api/blocks/{bob.WireId}", null);
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        }

        var people = (await ada.Http.GetFromJsonAsync<JsonElement>("/api/blocks")).GetProperty("people");
        Assert.Equal(bob.WireId, Assert.Single(people.EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal("""{"people":[]}""", await bob.Http.GetStringAsync("/api/blocks"));
        for (var i = 0; i < 2; i++)
        {
            using var delete = await ada.Http.DeleteAsync($"/api/blocks/{bob.WireId}");
            Assert.Equal(HttpStatusCode.NoContent, delete.StatusCode);
        }

        Assert.Equal("""{"people":[]}""", await ada.Http.GetStringAsync("/api/blocks"));
    }

    [Theory]
    [InlineData("GET", "/api/me")]
    [InlineData("PATCH", "/api/me")]
    [InlineData("DELETE", "/api/me")]
    [InlineData("POST", "/api/auth/logout")]
    [InlineData("GET", "/api/blocks")]
    [InlineData("PUT", "/api/blocks/AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("DELETE", "/api/blocks/AAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Nobody_gets_in_without_a_session(string method, string path)
    {
        foreach (var token in new[] { null, "nonsense", new string('A', 43) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Authorization = token is null ? null : new("Bearer", token);
            using var answer = await Server.Http.SendAsync(request);

            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}

public sealed class EmbeddedAccountRoutesTests : AccountRoutesContractTests
{
    private protected override string? DatabaseUrl => null;
}

[Trait("Category", "Postgres")]
public sealed class PostgresAccountRoutesTests(TestDatabase database) : AccountRoutesContractTests, IClassFixture<TestDatabase>
{
    private protected override string? DatabaseUrl => database.Url;
}
