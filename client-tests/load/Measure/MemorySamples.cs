using System.Diagnostics;
using System.Globalization;
using System.Text;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Measure;

/// <summary>What the server says of its memory over the time of a run.</summary>
internal sealed class MemorySamples(OperatorApi server, TimeSpan every, Func<int> inCalls, Func<int> connected)
{
    public static readonly string[] Levels = ["calm", "elevated", "high", "critical", "shed"];
    private readonly long _begin = Stopwatch.GetTimestamp();
    private readonly Lock _gate = new();
    private readonly List<Sample> _samples = [];

    /// <summary>Told of each sample.</summary>
    public Action<Sample>? Seen { get; set; }

    public Sample[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _samples];
            }
        }
    }

    /// <summary>Seconds since the first look, the time that samples have.</summary>
    public double Seconds => Stopwatch.GetElapsedTime(_begin).TotalSeconds;

    /// <summary>Until cancelled. A server that does not say (to whom is no operator) gives no samples.</summary>
    public async Task Watch(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(every);
        try
        {
            do
            {
                await Look(cancel);
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
        var all = All;
        if (all.Length > 0)
        {
            report.Figure("rssMostMb", all.Max(s => s.RssMb), "MB");
            report.Figure("committedMostMb", all.Max(s => s.CommittedMb), "MB");
            report.Text("levelMost", Levels[all.Max(s => s.Level)]);
        }
    }

    /// <summary>The samples as PATH.csv, and drawn as PATH.svg.</summary>
    public async Task Write(string path)
    {
        var csv = new StringBuilder("seconds,rssMb,committedMb,heapMb,limitMb,level,connected,inCalls\n");
        foreach (var s in All)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{s.Seconds:0.0},{s.RssMb},{s.CommittedMb},{s.HeapMb},{s.LimitMb},{Levels[s.Level]},{s.Connected},{s.InCalls}\n");
        }

        await File.WriteAllTextAsync(path + ".csv", csv.ToString());
        await File.WriteAllTextAsync(path + ".svg", MemoryChart.Draw(All));
    }

    private async Task Look(CancellationToken cancel)
    {
        if (await server.Memory(cancel) is not { } report)
        {
            return;
        }

        var usage = report["usage"]!;
        var sample = new Sample(
            Seconds, (double)usage["rssMb"]!, (double)usage["committedMb"]!, (double)usage["heapMb"]!, (double)usage["limitMb"]!,
            Array.IndexOf(Levels, (string)report["level"]!), connected(), inCalls());
        lock (_gate)
        {
            _samples.Add(sample);
        }

        Seen?.Invoke(sample);
    }
}

/// <param name="Seconds">Since the run began.</param>
/// <param name="Level">0 calm to 4 shed.</param>
internal sealed record Sample(
    double Seconds, double RssMb, double CommittedMb, double HeapMb, double LimitMb, int Level, int Connected, int InCalls);
