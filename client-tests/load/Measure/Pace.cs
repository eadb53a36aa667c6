using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Matchmaker.Load.Measure;

/// <summary>An open loop: the next one is due by the clock, whatever became of the last one.</summary>
internal static class Pace
{
    // .NET's timers are late by 1 to 4 ms, which turns an even stream into bursts and doubles what is measured.
    private const uint PauseMicroseconds = 100;

    /// <summary>Starts <paramref name="count"/> things evenly at <paramref name="perSecond"/> (0: without a pause).
    /// <paramref name="lag"/> gets how late each was: while it is small, the latencies hide no waiting.</summary>
    public static async Task Run(int count, int perSecond, Latencies lag, Func<int, ValueTask> start, CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        var step = perSecond == 0 ? 0 : (double)Stopwatch.Frequency / perSecond;
        for (var next = 0; next < count;)
        {
            var due = begin + (long)(next * step);
            var late = Stopwatch.GetTimestamp() - due;
            if (late < 0)
            {
                cancel.ThrowIfCancellationRequested();
                _ = usleep(PauseMicroseconds);
                continue;
            }

            lag.Add(step == 0 ? 0 : late);
            await start(next++);
        }
    }

    [DllImport("libc", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int usleep(uint microseconds);
}
