using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Memory;

public sealed class MemoryRoutesTests : IAsyncLifetime
{
    private const string Path = "/api/monitoring/memory";

    private readonly TestServer _server = TestServer.Start(settings: new()
    {
        ["MEMORY_LIMIT_MB"] = "2000",
        ["MEMORY_WARNING_THRESHOLD"] = "1700",
        ["MEMORY_CRITICAL_THRESHOLD"] = "1800",
    });

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData(Path)]
    [InlineData("/api/health/memory")]
    public async Task The_report_has_true_figures(string path)
    {
        await _server.SignUp();
        var report = await _server.Http.GetFromJsonAsync<JsonElement>(path);

        Assert.Equal("healthy", report.GetProperty("status").GetString());
        Assert.Equal("calm", report.GetProperty("level").GetString());
        Assert.Equal(2000, report.GetProperty("usage").GetProperty("limitMb").GetDouble());
        Assert.InRange(report.GetProperty("usage").GetProperty("rssMb").GetDouble(), 20, 2000);
        Assert.Equal(1700, report.GetProperty("thresholds").GetProperty("warningMb").GetInt32());
        Assert.Equal(1900, report.GetProperty("thresholds").GetProperty("shedMb").GetInt32());
        Assert.Equal(["users", "sessions", "standings"], report.GetProperty("stores").EnumerateArray().Select(s => s.GetProperty("name").GetString()));
    }

    [Fact]
    public async Task The_report_has_every_bound_of_the_stores_in_force()
    {
        await _server.SignUp();
        var report = await _server.Http.GetFromJsonAsync<JsonElement>(Path);
        var bounds = report.GetProperty("bounds").EnumerateArray().ToDictionary(b => b.GetProperty("name").GetString()!);

        Assert.Equal(1, bounds["embedded_accounts"].GetProperty("count").GetInt64());
        Assert.Equal(50_000, bounds["embedded_accounts"].GetProperty("max").GetInt64());
        Assert.Equal(0, bounds["embedded_accounts"].GetProperty("dropped").GetInt64());
        Assert.False(bounds["outbox_bytes"].TryGetProperty("dropped", out _));
        Assert.DoesNotContain("chat_backlog", bounds.Keys); // there is no database
        Assert.All(bounds.Values, b => Assert.True(b.GetProperty("count").GetInt64() <= b.GetProperty("max").GetInt64()));
    }

    [Fact]
    public async Task Caches_are_emptied_and_it_is_told_how_much_went()
    {
        var guest = await _server.SignUp();
        (await guest.Http.GetAsync("/api/me")).EnsureSuccessStatusCode();

        var (status, cleared) = await Post("/api/cache/clear", null);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(1, cleared.GetProperty("cleared").GetProperty("sessions").GetInt32());
        Assert.Equal(0, (await Post("/api/cache/clear", null)).Body.GetProperty("cleared").GetProperty("sessions").GetInt32());
        (await guest.Http.GetAsync("/api/me")).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_clean_up_on_request_is_in_the_history()
    {
        var (_, first) = await Post("/api/cleanup/aggressive", null);
        Assert.Equal("aggressive", first.GetProperty("depth").GetString());
        Assert.Contains("collect", first.GetProperty("actions").EnumerateArray().Select(a => a.GetProperty("name").GetString()));
        var (_, second) = await Post(Path, new { action = "cleanup" });
        Assert.Equal("pressure", second.GetProperty("depth").GetString());

        var report = await _server.Http.GetFromJsonAsync<JsonElement>(Path);
        Assert.Equal(["pressure", "aggressive"], report.GetProperty("cleanups").EnumerateArray().Select(c => c.GetProperty("depth").GetString()));
    }

    [Fact]
    public async Task A_dry_run_names_what_a_clean_up_would_do_and_does_nothing()
    {
        var (_, plan) = await Post(Path, new { action = "dryRun" });

        var actions = plan.GetProperty("actions").EnumerateArray().ToDictionary(a => a.GetProperty("name").GetString()!);
        Assert.Equal("pressure", plan.GetProperty("depth").GetString());
        Assert.Equal(0, actions["shrink_sessions"].GetProperty("bytes").GetInt64());
        Assert.Equal(0, actions["expired_sessions"].GetProperty("count").GetInt32());
        Assert.Empty((await _server.Http.GetFromJsonAsync<JsonElement>(Path)).GetProperty("cleanups").EnumerateArray());
    }

    [Fact]
    public async Task Thresholds_change_while_running()
    {
        var (status, report) = await Post(Path, new { action = "updateThresholds", thresholds = new { warning = 1500, critical = 1600 } });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(1500, report.GetProperty("thresholds").GetProperty("warningMb").GetInt32());
    }

    [Theory]
    [InlineData("""{"action":"updateThresholds","thresholds":{"warning":1600,"critical":1500}}""", "thresholds")]
    [InlineData("""{"action":"updateThresholds","thresholds":{"warning":0,"critical":1500}}""", "thresholds")]
    [InlineData("""{"action":"updateThresholds","thresholds":{"warning":1500,"critical":2000}}""", "thresholds")]
    [InlineData("""{"action":"updateThresholds","thresholds":{"warning":1500}}""", "thresholds")]
    [InlineData("""{"action":"updateThresholds"}""", "thresholds")]
    [InlineData("""{"action":"explode"}""", "action")]
    [InlineData("""{}""", "action")]
    public async Task Bad_values_are_refused_with_the_reason(string body, string field)
    {
        using var content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json"));
        using var answer = await _server.Http.PostAsync(Path, content);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("invalid_argument", problem.GetProperty("code").GetString());
        Assert.Equal(field, problem.GetProperty("field").GetString());
    }

    [Fact]
    public async Task Only_the_operator_may()
    {
        await using var server = TestServer.Start(settings: new() { ["OPERATOR_TOKEN"] = "s3cret" });
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Get, Path), (HttpMethod.Post, Path), (HttpMethod.Get, "/api/health/memory"), (HttpMethod.Post, "/api/cleanup/aggressive"),
            (HttpMethod.Post, "/api/cache/clear"),
        })
        {
            using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Post ? JsonContent.Create(new { }) : null };
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> Post(string path, object? body)
    {
        using var answer = await _server.Http.PostAsJsonAsync(path, body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }
}
