using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Platform.Telemetry;

public sealed partial class MetricsTests
{
    private const string Token = "an operator's token";
    private const int MaxSeries = 2000;

    [Fact]
    public async Task Whoever_is_not_the_operator_sees_no_metrics()
    {
        await using var server = TestServer.Start(settings: new() { ["OPERATOR_TOKEN"] = Token });

        foreach (var token in new[] { null, "another", (await server.SignUp()).Token })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.DoesNotContain("matchmaker_", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(null, "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("text/plain", "text/plain; version=0.0.4; charset=utf-8")]
    [InlineData("application/openmetrics-text;version=1.0.0,text/plain;q=0.5", "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores")]
    public async Task The_operator_gets_the_format_that_they_ask_for(string? accept, string type)
    {
        await using var server = TestServer.Start(settings: new() { ["OPERATOR_TOKEN"] = Token });

        var (text, contentType) = await Scrape(server, accept);

        Assert.Equal(type, contentType);
        Assert.Contains("\nmatchmaker_memory_limit_bytes", text, StringComparison.Ordinal);
        Assert.Contains("\ndotnet_gc_heap_total_allocated_bytes_total", text, StringComparison.Ordinal);
        Assert.Equal(accept?.StartsWith("application/openmetrics-text", StringComparison.Ordinal) is true, text.EndsWith("# EOF\n", StringComparison.Ordinal));
    }

    /// <summary>Whatever strangers send, it makes no series of its own.</summary>
    [Fact]
    public async Task What_strangers_invent_makes_no_series()
    {
        await using var server = TestServer.Start(settings: new() { ["OPERATOR_TOKEN"] = Token });
        var ada = await server.SignUp("Invented-Ada");
        await using var hub = await TestHub.Open(server, ada);
        for (var i = 0; i < 300; i++)
        {
            using var request = new HttpRequestMessage(new HttpMethod($"INVENTED{i}"), $"/invented-{i}/api?invented={i}");
            using var strange = await server.Http.SendAsync(request);
            using var unknown = await server.Http.GetAsync($"/api/invented-{i}");
            using var someone = await ada.Http.GetAsync($"/api/history/invented-{i}");
            using var asset = await server.Http.GetAsync($"/assets/invented-{i}.js");
            await hub.Invoke($"Invented{i}");
        }

        var (text, _) = await Scrape(server);

        Assert.DoesNotContain("invented", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(ada.WireId, text, StringComparison.Ordinal);
        Assert.InRange(Series(text).Count, 100, MaxSeries);
    }

    private static async Task<(string Text, string? Type)> Scrape(TestServer server, string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return (await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentType?.ToString());
    }

    private static List<string> Series(string text) => [.. SeriesLine().Matches(text).Select(m => m.Value)];

    [GeneratedRegex(@"^[a-z_]\w*(?:\{.*\})?(?= )", RegexOptions.Multiline | RegexOptions.IgnoreCase)]
    private static partial Regex SeriesLine();
}
