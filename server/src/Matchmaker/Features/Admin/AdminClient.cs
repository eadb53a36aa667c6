using System.Text.Json;
using Matchmaker.Platform.Http;

namespace Matchmaker.Features.Admin;

/// <summary>The operator's commands over the route of a running server: an embedded one has its accounts nowhere else.</summary>
internal sealed class AdminClient(HttpClient http) : IAdminDesk
{
    public const string Path = "/api/operator/admins";

    public Task<(AdminAccountList? Answer, string? Error)> List() => Ask<AdminAccountList>(() => http.GetAsync(Path));

    public Task<(AdminSecret? Answer, string? Error)> Do(AdminCommandRequest request) =>
        Ask<AdminSecret>(() => http.PostAsJsonAsync(Path, request, WireJson.Options));

    private async Task<(T? Answer, string? Error)> Ask<T>(Func<Task<HttpResponseMessage>> send)
        where T : class
    {
        try
        {
            using var response = await send();
            if (response.IsSuccessStatusCode)
            {
                return (await response.Content.ReadFromJsonAsync<T>(WireJson.Options), null);
            }

            var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
            return (null, $"{http.BaseAddress} refused ({(int)response.StatusCode}): {problem.GetProperty("detail").GetString()}");
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return (null, $"{http.BaseAddress} does not answer: {e.Message}");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return (null, $"Something else than Matchmaker answers at {http.BaseAddress}.");
        }
    }
}
