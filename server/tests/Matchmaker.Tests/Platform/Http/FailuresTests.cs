using System.Net;
using Matchmaker.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Matchmaker.Tests.Platform.Http;

public sealed class FailuresTests(FailuresTests.Fixture fixture) : IClassFixture<FailuresTests.Fixture>
{
    private readonly EdgeServer _server = fixture.Server;

    [Theory]
    [InlineData("GET", "/api/nothing", 404, "not_found")]
    [InlineData("GET", "/api", 404, "not_found")]
    [InlineData("DELETE", "/api/auth/guest", 405, "not_found")]
    [InlineData("GET", "/api/me", 401, "session_ended")]
    [InlineData("GET", "/api/bug", 500, "internal")]
    [InlineData("GET", "/api/away", 503, "unavailable")]
    [InlineData("GET", "/api/slow", 503, "unavailable")]
    [InlineData("GET", "/api/page?limit=many", 400, "invalid_argument")]
    [InlineData("POST", "/api/echo", 400, "invalid_argument")]
    public async Task A_failure_has_a_code_and_never_an_exceptions_text(string method, string path, int status, string code)
    {
        var (actual, body, answer) = await _server.Send(new HttpMethod(method), path, method == "POST" ? "" : null);

        Assert.Equal((status, code), ((int)actual, body.GetProperty("code").GetString()));
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal(status, body.GetProperty("status").GetInt32());
        Assert.DoesNotContain("secret", body.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", body.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"name":1}""", "name")]
    [InlineData("""{"name":null}""", "name")]
    [InlineData("""{"name":"a","count":"1"}""", "count")]
    [InlineData("""{"name":"a","count":1.5}""", "count")]
    [InlineData("""{"name":"a","count":99999999999}""", "count")]
    [InlineData("""{"name":"a","tags":["b",2]}""", "tags")]
    [InlineData("""{"name":"a","inner":{"deep":true}}""", "inner")]
    [InlineData("""{"name":"\ud83d"}""", "name")]
    [InlineData("""{}""", null)]
    [InlineData("""{"name":"a" """, null)]
    [InlineData("""[]""", null)]
    [InlineData("""null""", null)]
    [InlineData("\u0000", null)]
    public async Task A_wrong_body_names_its_field(string json, string? field)
    {
        var (status, body, _) = await _server.Send(HttpMethod.Post, "/api/echo", json);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_argument", body.GetProperty("code").GetString());
        Assert.Equal(field, body.TryGetProperty("field", out var named) ? named.GetString() : null);
    }

    [Fact]
    public async Task A_wrong_query_value_names_its_parameter()
    {
        var (_, body, _) = await _server.Send(HttpMethod.Get, "/api/page?limit=many");
        Assert.Equal("limit", body.GetProperty("field").GetString());

        (_, body, _) = await _server.Send(HttpMethod.Get, "/api/page");
        Assert.Equal("limit", body.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Deep_nesting_is_a_wrong_body_and_nothing_worse()
    {
        var (status, _, _) = await _server.Send(HttpMethod.Post, "/api/echo", new string('[', 5000));

        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task Another_content_type_is_refused()
    {
        var (status, body, _) = await _server.Send(HttpMethod.Post, "/api/echo", new StringContent("name=a"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
        Assert.Equal("invalid_argument", body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_megabyte_is_taken_and_a_byte_more_is_too_large()
    {
        const int envelope = 11; // {"name":""}
        var most = new string('x', 1_048_576 - envelope);

        Assert.Equal(HttpStatusCode.OK, (await _server.Send(HttpMethod.Post, "/api/echo", $$"""{"name":"{{most}}"}""")).Status);
        var (status, body, _) = await _server.Send(HttpMethod.Post, "/api/echo", $$"""{"name":"{{most}}x"}""");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Equal("too_large", body.GetProperty("code").GetString());
    }

    [Fact]
    public async Task What_may_be_tried_again_says_when()
    {
        var (_, body, answer) = await _server.Send(HttpMethod.Get, "/api/away");

        Assert.Equal(2, body.GetProperty("retryAfterSeconds").GetInt32());
        Assert.Equal(TimeSpan.FromSeconds(2), answer.Headers.RetryAfter?.Delta);
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal EdgeServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Server = await EdgeServer.Start(
            new() { ["Http:RequestTimeout"] = "00:00:01", ["RATE_LIMITS"] = "off" },
            app =>
            {
                app.MapGet("/api/bug", string () => throw new InvalidOperationException("the secret"));
                app.MapGet("/api/away", string () => throw new TimeoutException("the secret"));
                app.MapGet("/api/page", (int limit) => limit);
                app.MapPost("/api/echo", (Payload payload) => payload);
                app.MapGet("/api/slow", async (CancellationToken stop) => await Task.Delay(TimeSpan.FromSeconds(20), stop));
            });

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }

    private sealed record Payload(string Name, int? Count = null, string[]? Tags = null, Payload? Inner = null);
}
