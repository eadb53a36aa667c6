using System.Diagnostics;

namespace Matchmaker.Load.Measure;

/// <summary>How long each of many took until it was answered, and how many there were.</summary>
internal sealed class Timings(int capacity)
{
    private long _count;

    public Latencies Latencies { get; } = new(capacity);

    public long Total => Interlocked.Read(ref _count);

    public void Count() => Interlocked.Increment(ref _count);

    public async Task<T> Time<T>(Func<Task<T>> act)
    {
        var begin = Stopwatch.GetTimestamp();
        var done = await act();
        Latencies.Add(Stopwatch.GetTimestamp() - begin);
        Count();
        return done;
    }
}
