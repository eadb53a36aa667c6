using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Matchmaker.Load.Wire;

/// <summary>What the server tells and does for its operator: whoever asks from this machine, or has OPERATOR_TOKEN.</summary>
internal sealed class OperatorApi : IDisposable
{
    private readonly HttpClient _http;

    public OperatorApi(Uri server)
    {
        _http = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromSeconds(60) };
        if (Environment.GetEnvironmentVariable("OPERATOR_TOKEN") is { Length: > 0 } token)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    /// <summary>Null to whom is no operator, or while the server does not answer.</summary>
    public async Task<JsonNode?> Memory(CancellationToken cancel) => await Get("/api/monitoring/memory", cancel);

    public async Task<bool> IsEmbedded(CancellationToken cancel) =>
        (string?)(await Get("/health", cancel))?["database"] == "embedded";

    /// <summary>The name of this process, and whether it leads the matcher; null while it does not answer.</summary>
    public async Task<(string Instance, bool Leads)?> Health(CancellationToken cancel) =>
        await Get("/health", cancel) is { } health && (string?)health["instance"] is { } name
            ? (name, (bool?)health["queue"]?["leader"] == true)
            : null;

    /// <summary>Open connections, and hub tickets that were not used yet.</summary>
    public async Task<(int Open, int Expected)> Connections(CancellationToken cancel) =>
        (await Get("/health", cancel))?["connections"] is { } connections
            ? ((int)connections["total"]!, (int)connections["expected"]!)
            : throw new RefusedException("forbidden", "only the operator may count connections");

    /// <summary>Empties the caches and collects the whole heap.</summary>
    public async Task Collect(CancellationToken cancel)
    {
        using var answer = await _http.PostAsync("/api/cleanup/aggressive", null, cancel);
        if (!answer.IsSuccessStatusCode)
        {
            throw new RefusedException($"http_{(int)answer.StatusCode}", "only the operator may collect");
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode?> Get(string path, CancellationToken cancel)
    {
        try
        {
            return await _http.GetFromJsonAsync<JsonNode>(path, cancel);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
