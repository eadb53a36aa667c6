using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Matchmaker.Tests.Support;

/// <summary>The HTTP edge with the lower features and routes of the test's own, on real Kestrel; embedded.</summary>
internal sealed class EdgeServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private EdgeServer(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<EdgeServer> Start(
        Dictionary<string, string?>? settings = null, Action<WebApplication>? routes = null, string environment = "Development",
        TimeProvider? time = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["urls"] = "http://127.0.0.1:0",
            ["DATABASE_URL"] = "",
        });
        builder.Configuration.AddInMemoryCollection(settings ?? []);
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(time ?? TimeProvider.System);
        builder.AddHttp();
        builder.Services.AddMemory();
        builder.Services.AddRealtime();
        builder.Services.AddPostgres();
        builder.Services.AddAccounts();
        builder.Services.AddSafety();
        var app = builder.Build();
        app.UseHttp();
        app.UseSafety();
        app.MapHealth();
        app.MapAccounts();
        app.MapSafety();
        routes?.Invoke(app);
        await app.StartAsync();
        return new EdgeServer(app);
    }

    /// <summary>Sends a request; answers the status, the body as JSON (undefined when there is none) and the answer itself.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body, HttpResponseMessage Answer)> Send(
        HttpMethod method, string path, object? body = null, string? token = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body switch
        {
            null => null,
            HttpContent content => content,
            string json => new StringContent(json, System.Text.Encoding.UTF8, "application/json"),
            _ => JsonContent.Create(body),
        };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }

        var answer = await Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var isJson = answer.Content.Headers.ContentEncoding.Count == 0
            && answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        return (answer.StatusCode, isJson ? JsonDocument.Parse(text).RootElement : default, answer);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
