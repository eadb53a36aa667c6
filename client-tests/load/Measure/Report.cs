using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Matchmaker.Load.Measure;

/// <summary>Figures and broken invariants of one run; printed as a table for people and one JSON line for scripts.</summary>
internal sealed class Report(string scenario, LoadOptions options)
{
    private const int MaxShown = 20;
    private readonly Lock _gate = new();
    private readonly List<(string Key, object Value, string Unit)> _figures = [];
    private readonly List<string> _failures = [];
    private readonly ServerProcess _server = new(options.ServerPids);
    private readonly ServerProcess _redis = new(options.RedisPids);
    private readonly TimeSpan _driverCpu = Environment.CpuUsage.TotalTime;
    private readonly long _begin = Stopwatch.GetTimestamp();
    private int _failureCount;

    public bool Failed => _failureCount > 0;

    /// <summary>An invariant does not hold: the run fails.</summary>
    public void Fail(string what)
    {
        lock (_gate)
        {
            _failureCount++;
            if (_failures.Count < MaxShown)
            {
                _failures.Add(what);
            }
        }
    }

    /// <summary>What ended the run early; printed before all broken invariants.</summary>
    public void Stop(string why)
    {
        lock (_gate)
        {
            _failureCount++;
            _failures.Insert(0, why);
        }
    }

    /// <summary>Fails unless both are the same.</summary>
    public void Expect<T>(string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            Fail($"{what}: expected {expected}, got {actual}");
        }
    }

    public void Figure(string key, double value, string unit) => Add(key, Math.Round(value, 3), unit);

    public void Figure(string key, long value, string unit = "") => Add(key, value, unit);

    public void Text(string key, string value) => Add(key, value, "");

    /// <summary>p50, p95, p99 and the longest, in ms.</summary>
    public void Percentiles(string key, Latencies latencies)
    {
        var ms = latencies.Milliseconds(0.5, 0.95, 0.99, 1);
        Figure($"{key}P50Ms", ms[0], "ms");
        Figure($"{key}P95Ms", ms[1], "ms");
        Figure($"{key}P99Ms", ms[2], "ms");
        Figure($"{key}MaxMs", ms[3], "ms");
    }

    /// <summary>Notes where clock and server stand as a phase of the run begins.</summary>
    public Phase Measure() => Phase.Start(_server, _redis);

    /// <summary>CPU time that server and driver spent since <paramref name="phase"/> began, in µs for each of
    /// <paramref name="count"/> things.</summary>
    public void Cpu(string per, Phase phase, long count)
    {
        if (count == 0)
        {
            return;
        }

        var driver = Environment.CpuUsage.TotalTime - phase.DriverCpu;
        if (_server.Known)
        {
            var server = _server.Read().Cpu - phase.ServerCpu;
            Figure($"serverCpuPer{per}Us", Math.Round(server.TotalMicroseconds / count, 1), "µs");
        }

        if (_redis.Known)
        {
            var redis = _redis.Read().Cpu - phase.RedisCpu;
            Figure($"redisCpuPer{per}Us", Math.Round(redis.TotalMicroseconds / count, 1), "µs");
        }

        Figure($"driverCpuPer{per}Us", Math.Round(driver.TotalMicroseconds / count, 1), "µs");
    }

    public void ServerMemory(string key)
    {
        if (_server.Known)
        {
            Figure(key, _server.Read().ResidentBytes / 1024.0 / 1024.0, "MB");
        }
    }

    /// <summary>The most that the server held so far, in MB; 0 when its process is not known.</summary>
    public double ServerPeak(string key)
    {
        var peak = _server.PeakBytes() / 1024.0 / 1024.0;
        if (_server.Known)
        {
            Figure(key, peak, "MB");
        }

        return peak;
    }

    /// <summary>What the server's memory grew by since <paramref name="phase"/> began, in KB for each of
    /// <paramref name="count"/> things.</summary>
    public void ServerGrowth(string key, Phase phase, long count)
    {
        if (_server.Known && count > 0)
        {
            Figure(key, (_server.Read().ResidentBytes - phase.ServerResidentBytes) / 1024.0 / count, "KB");
        }
    }

    public async Task Print(TextWriter output)
    {
        Figure("totalSeconds", Stopwatch.GetElapsedTime(_begin).TotalSeconds, "s");
        Figure("driverCpuSeconds", (Environment.CpuUsage.TotalTime - _driverCpu).TotalSeconds, "s");
        Figure("driverRssMb", Environment.WorkingSet / 1024.0 / 1024.0, "MB");

        await output.WriteLineAsync($"{scenario}: {options.Users} users, {options.Parallel} in flight, seed {options.Seed}");
        foreach (var (key, value, unit) in _figures)
        {
            var text = value is double number ? number.ToString("0.###", CultureInfo.InvariantCulture) : value.ToString();
            await output.WriteLineAsync($"  {key,-28} {text,14} {unit}".TrimEnd());
        }

        foreach (var failure in _failures)
        {
            await output.WriteLineAsync($"  FAILED {failure}");
        }

        await output.WriteLineAsync($"  {(Failed ? $"{_failureCount} invariant(s) broken" : "every invariant held")}");
        await output.WriteLineAsync($"result {Json()}");
    }

    private string Json()
    {
        var json = new JsonObject
        {
            ["scenario"] = scenario,
            ["ok"] = !Failed,
            ["users"] = options.Users,
            ["parallel"] = options.Parallel,
            ["seed"] = options.Seed,
        };
        foreach (var (key, value, _) in _figures)
        {
            json[key] = value switch
            {
                double number => JsonValue.Create(number),
                long number => JsonValue.Create(number),
                _ => JsonValue.Create((string)value),
            };
        }

        json["failures"] = new JsonArray([.. _failures.Select(failure => JsonValue.Create(failure))]);
        return json.ToJsonString();
    }

    private void Add(string key, object value, string unit)
    {
        lock (_gate)
        {
            _figures.Add((key, value, unit));
        }
    }
}
