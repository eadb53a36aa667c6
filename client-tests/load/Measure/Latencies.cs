using System.Diagnostics;

namespace Matchmaker.Load.Measure;

/// <summary>Durations in Stopwatch ticks, kept one by one: percentiles are exact. Safe to add to from any thread.</summary>
internal sealed class Latencies(int capacity)
{
    private readonly long[] _ticks = new long[capacity];
    private int _count;

    public int Count => Math.Min(_count, _ticks.Length);

    public void Add(long ticks)
    {
        var at = Interlocked.Increment(ref _count) - 1;
        if (at < _ticks.Length)
        {
            _ticks[at] = ticks;
        }
    }

    /// <summary>Milliseconds below which the given share (0..1) of all lies; 0 without any.</summary>
    public double[] Milliseconds(params ReadOnlySpan<double> shares)
    {
        var sorted = _ticks.AsSpan(0, Count).ToArray();
        Array.Sort(sorted);
        var result = new double[shares.Length];
        for (var i = 0; i < shares.Length && sorted.Length > 0; i++)
        {
            var rank = Math.Clamp((int)Math.Ceiling(shares[i] * sorted.Length) - 1, 0, sorted.Length - 1);
            result[i] = sorted[rank] * 1000.0 / Stopwatch.Frequency;
        }

        return result;
    }
}
