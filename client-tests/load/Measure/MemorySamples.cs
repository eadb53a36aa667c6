using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Matchmaker.Load.Measure;

/// <summary>What the server says of its memory, every two seconds, over its operator's route (from this machine, or with
/// OPERATOR_TOKEN).</summary>
internal sealed class MemorySamples : IDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(2);
    private static readonly string[] _levels = ["calm", "elevated", "high", "critical", "shed"];
    private readonly HttpClient _http;
    private readonly Func<int> _inCalls;
    private readonly Func<int> _connected;
    private readonly List<Sample> _samples = [];

    public MemorySamples(Uri server, Func<int> inCalls, Func<int> connected)
    {
        (_inCalls, _connected) = (inCalls, connected);
        _http = new HttpClient { BaseAddress = server, Timeout = TimeSpan.FromSeconds(5) };
        if (Environment.GetEnvironmentVariable("OPERATOR_TOKEN") is { Length: > 0 } token)
        {
            _http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }
    }

    /// <summary>Until cancelled. A server that does not say (to whom is no operator) gives no samples.</summary>
    public async Task Watch(CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(_every);
        try
        {
            do
            {
                if (await Look(cancel) is { } report)
                {
                    var usage = report["usage"]!;
                    _samples.Add(new Sample(
                        Stopwatch.GetElapsedTime(begin).TotalSeconds, (double)usage["rssMb"]!, (double)usage["committedMb"]!,
                        (double)usage["heapMb"]!, (double)usage["limitMb"]!, Array.IndexOf(_levels, (string)report["level"]!),
                        _connected(), _inCalls()));
                }
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    public void Tell(Report report)
    {
        if (_samples.Count > 0)
        {
            report.Figure("rssMostMb", _samples.Max(s => s.RssMb), "MB");
            report.Figure("committedMostMb", _samples.Max(s => s.CommittedMb), "MB");
            report.Text("levelMost", _levels[_samples.Max(s => s.Level)]);
        }
    }

    /// <summary>The samples as PATH.csv, and drawn as PATH.svg.</summary>
    public async Task Write(string path)
    {
        var csv = new StringBuilder("seconds,rssMb,committedMb,heapMb,limitMb,level,connected,inCalls\n");
        foreach (var s in _samples)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{s.Seconds:0.0},{s.RssMb},{s.CommittedMb},{s.HeapMb},{s.LimitMb},{_levels[s.Level]},{s.Connected},{s.InCalls}\n");
        }

        await File.WriteAllTextAsync(path + ".csv", csv.ToString());
        await File.WriteAllTextAsync(path + ".svg", MemoryChart.Draw(_samples));
    }

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode?> Look(CancellationToken cancel)
    {
        try
        {
            return await _http.GetFromJsonAsync<JsonNode>("/api/monitoring/memory", cancel);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}

/// <param name="Seconds">Since the run began.</param>
/// <param name="Level">0 calm to 4 shed.</param>
internal sealed record Sample(
    double Seconds, double RssMb, double CommittedMb, double HeapMb, double LimitMb, int Level, int Connected, int InCalls);
