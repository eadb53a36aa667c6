using System.Diagnostics;

namespace Matchmaker.Load.Measure;

/// <summary>CPU time and resident memory of the processes under load, as the kernel counts them (CPU in steps of 10 ms).</summary>
internal sealed class ServerProcess(IReadOnlyList<int> pids)
{
    public bool Known => pids.Count > 0;

    /// <summary>Sums over all processes.</summary>
    public (TimeSpan Cpu, long ResidentBytes) Read()
    {
        var cpu = TimeSpan.Zero;
        var resident = 0L;
        foreach (var pid in pids)
        {
            using var process = Process.GetProcessById(pid);
            cpu += process.TotalProcessorTime;
            resident += process.WorkingSet64;
        }

        return (cpu, resident);
    }

    /// <summary>The sum of what each held at most (VmHWM).</summary>
    public long PeakBytes() => pids.Sum(pid =>
    {
        using var process = Process.GetProcessById(pid);
        return process.PeakWorkingSet64;
    });
}
