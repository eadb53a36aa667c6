using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Matchmaker.Platform.Telemetry;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

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

    [Theory]
    [InlineData("http/protobuf", "/v1/metrics", "application/x-protobuf")]
    [InlineData("grpc", "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "application/grpc")]
    [InlineData(null, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "application/grpc")]
    public async Task A_collector_that_is_named_is_sent_the_same(string? protocol, string path, string type)
    {
        await using var collector = await TestCollector.Start(grpc: protocol != "http/protobuf");
        var settings = Pushing(collector.Url);
        settings["OTEL_EXPORTER_OTLP_HEADERS"] = "x-key=of the collector";
        settings["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment=test";
        settings["RAILWAY_REPLICA_ID"] = "replica-7";
        if (protocol is not null)
        {
            settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        }

        await using var server = TestServer.Start(settings: settings);

        await Eventually.Holds(() => collector.Exports.Count >= 2);
        var sent = collector.Exports.Last();
        Assert.Equal((path, type, "of the collector"), (sent.Path, sent.ContentType, sent.Key));
        foreach (var name in new[] { "matchmaker.memory.limit", "dotnet.gc.collections", "service.instance.id", "replica-7", "deployment.environment" })
        {
            Assert.Contains(name, sent.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_collector_that_is_ill_is_tried_again_and_nothing_else_happens()
    {
        var lines = new ConcurrentQueue<string>();
        await using var collector = await TestCollector.Start(isIll: true);
        var settings = Pushing(collector.Url);
        settings["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf";
        await using var server = TestServer.Start(
            settings: settings, services: s => s.AddSingleton<ILoggerProvider>(new Lines(lines)));

        await Eventually.Holds(() => collector.Exports.Count >= 5);

        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/metrics")).StatusCode);
        Assert.DoesNotContain(lines, line => line.Contains("telemetry", StringComparison.OrdinalIgnoreCase)
            || line.Contains("collector", StringComparison.OrdinalIgnoreCase) || line.Contains(collector.Url, StringComparison.Ordinal)
            || line.Contains("HttpClient", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://collector:4318", true)]
    [InlineData("https://collector.example/otlp", true)]
    [InlineData("collector:4317", false)]
    [InlineData("ftp://collector", false)]
    [InlineData("http://", false)]
    public void A_collector_is_named_by_its_URL(string url, bool isOne) => Assert.Equal(isOne, TelemetryFeature.IsUrl(url));

    private static Dictionary<string, string> Pushing(string url) => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = url,
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "100",
    };

    private sealed class Lines(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        private string _category = "";

        public ILogger CreateLogger(string categoryName) => new Lines(lines) { _category = categoryName };

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{_category} {formatter(state, exception)} {exception}");

        public void Dispose()
        {
            // Nothing is held.
        }
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
