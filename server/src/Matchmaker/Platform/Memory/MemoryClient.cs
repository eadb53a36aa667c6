using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Matchmaker.Platform.Memory;

/// <summary>
/// <c>memory report|cleanup|monitor|thresholds W,C</c>: asks a running server over its operator's routes and says the
/// answer in words. Exit code 0, 1 (the server did not answer, or refused) or 2 (usage).
/// </summary>
internal sealed class MemoryClient(HttpClient http, TextWriter output, TimeProvider time)
{
    public const string Usage = "Matchmaker memory [report | cleanup [--dry-run] | monitor | thresholds WARNING,CRITICAL] [--url http://localhost:8080]";
    private const string Path = "/api/monitoring/memory";
    private static readonly TimeSpan _monitorEvery = TimeSpan.FromSeconds(30);

    public static HttpClient Connect(string url, string? operatorToken)
    {
        var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromSeconds(60) };
        if (operatorToken is { Length: > 0 })
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", operatorToken);
        }

        return http;
    }

    public async Task<int> Run(string[] args, CancellationToken stopping)
    {
        try
        {
            return args switch
            {
                ["report"] => await Report(stopping),
                ["cleanup"] => await Say(await Post("""{"action":"cleanup"}""", stopping), Cleaned),
                ["cleanup", "--dry-run"] => await Say(await Post("""{"action":"dryRun"}""", stopping), Planned),
                ["monitor"] => await Monitor(stopping),
                ["thresholds", var pair] when Thresholds(pair) is { } body => await Say(await Post(body, stopping), Summary),
                _ => await Fail(Usage, 2),
            };
        }
        catch (HttpRequestException e)
        {
            return await Fail($"{http.BaseAddress} does not answer: {e.Message}", 1);
        }
        catch (OperationCanceledException)
        {
            return stopping.IsCancellationRequested ? 0 : await Fail($"{http.BaseAddress} did not answer in time.", 1);
        }
    }

    private static string? Thresholds(string pair) =>
        pair.Split(',') is [var warning, var critical]
        && int.TryParse(warning, NumberStyles.None, CultureInfo.InvariantCulture, out var w)
        && int.TryParse(critical, NumberStyles.None, CultureInfo.InvariantCulture, out var c)
            ? new JsonObject { ["action"] = "updateThresholds", ["thresholds"] = new JsonObject { ["warning"] = w, ["critical"] = c } }.ToJsonString()
            : null;

    private static string Summary(JsonNode report)
    {
        var (usage, thresholds) = (report["usage"]!, report["thresholds"]!);
        return $"{report["status"]} ({report["level"]}): {usage["rssMb"]} MB of {usage["limitMb"]} MB ({usage["percent"]} %), "
            + $"heap {usage["heapMb"]} MB, committed {usage["committedMb"]} MB; "
            + $"warning at {thresholds["warningMb"]} MB, critical at {thresholds["criticalMb"]} MB, refusing from {thresholds["shedMb"]} MB";
    }

    private static string Planned(JsonNode plan) =>
        $"A clean-up now ({plan["level"]}) would do, and nothing was done: "
        + string.Join(", ", plan["actions"]!.AsArray().Select(a =>
            $"{a!["name"]} {a["count"]}{(a["bytes"] is { } bytes ? $" ({bytes} bytes)" : "")}{(a["error"] is { } error ? $" ({error})" : "")}"));

    private static string Cleaned(JsonNode record) =>
        $"Freed {record["freedMb"]} MB in {record["milliseconds"]} ms: "
        + string.Join(", ", record["actions"]!.AsArray().Select(a => $"{a!["name"]} {a["count"]}{(a["error"] is { } error ? $" ({error})" : "")}"));

    private async Task<int> Report(CancellationToken stopping)
    {
        var (report, failed) = await Send(() => http.GetAsync(Path, stopping), stopping);
        if (report is null)
        {
            return failed;
        }

        await output.WriteLineAsync(Summary(report));
        foreach (var store in report["stores"]!.AsArray())
        {
            await output.WriteLineAsync(
                $"  {store!["name"]}: {store["entries"]} of {store["maxEntries"]} entries, {store["bytes"]} of {store["maxBytes"]} bytes, "
                + $"{store["hits"]} hits, {store["misses"]} misses, {store["evictions"]} evicted");
        }

        foreach (var bound in report["bounds"]!.AsArray())
        {
            await output.WriteLineAsync(
                $"  {bound!["name"]}: {bound["count"]} of {bound["max"]}{(bound["dropped"] is { } dropped ? $", {dropped} dropped" : "")}");
        }

        foreach (var record in report["cleanups"]!.AsArray().Take(10))
        {
            await output.WriteLineAsync($"  {record!["at"]} {record["depth"]}: {Cleaned(record)}");
        }

        return 0;
    }

    private async Task<int> Monitor(CancellationToken stopping)
    {
        while (true)
        {
            var (report, failed) = await Send(() => http.GetAsync(Path, stopping), stopping);
            if (report is null)
            {
                return failed;
            }

            await output.WriteLineAsync($"[{time.GetLocalNow():yyyy-MM-dd HH:mm:ss}] {Summary(report)}");
            await Task.Delay(_monitorEvery, time, stopping);
        }
    }

    private async Task<(JsonNode? Answer, int Failed)> Post(string body, CancellationToken stopping)
    {
        using var content = new StringContent(body, new MediaTypeHeaderValue("application/json"));
        return await Send(() => http.PostAsync(Path, content, stopping), stopping);
    }

    private async Task<int> Say((JsonNode? Answer, int Failed) result, Func<JsonNode, string> words)
    {
        if (result.Answer is null)
        {
            return result.Failed;
        }

        await output.WriteLineAsync(words(result.Answer));
        return 0;
    }

    private async Task<(JsonNode? Answer, int Failed)> Send(Func<Task<HttpResponseMessage>> send, CancellationToken stopping)
    {
        using var response = await send();
        var text = await response.Content.ReadAsStringAsync(stopping);
        if (response.IsSuccessStatusCode && Parse(text) is { } answer)
        {
            return (answer, 0);
        }

        var reason = Parse(text)?["detail"]?.ToString() ?? "no reason was given";
        return (null, await Fail($"{http.BaseAddress} refused ({(int)response.StatusCode}): {reason}", 1));
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null; // something else answers at this address
        }
    }

    private async Task<int> Fail(string message, int code)
    {
        await output.WriteLineAsync(message);
        return code;
    }
}
