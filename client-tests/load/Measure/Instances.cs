using System.Diagnostics;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Measure;

/// <summary>
/// The instances behind the proxy, each looked at once a second from --instances and --pid-files until told or disposed of:
/// CPU time for those who are connected to it, and memory. One that is started anew has another process and another name.
/// </summary>
internal sealed class Instances : IAsyncDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Instance[] _all;
    private readonly Func<string, int> _people;
    private readonly CancellationTokenSource _until = new();
    private readonly Task _watching;

    /// <param name="people">How many are connected to the instance of that name.</param>
    public Instances(LoadOptions options, Func<string, int> people)
    {
        if (options.Instances.Length < 2 || options.PidFiles.Length != options.Instances.Length)
        {
            throw new ArgumentException("--instances and --pid-files: two or more, and one of these for each of those");
        }

        _all = [.. options.Instances.Zip(options.PidFiles, (uri, file) => new Instance(new OperatorApi(uri), file))];
        _people = people;
        _watching = Task.WhenAll(_all.Select(one => Watch(one, _until.Token)));
    }

    public int Count => _all.Length;

    /// <summary>The number, from 1, of the one that leads the matcher.</summary>
    public async Task<int> Leader(CancellationToken cancel)
    {
        while (true)
        {
            for (var at = 0; at < _all.Length; at++)
            {
                if (await Health(_all[at], cancel) is { Leads: true })
                {
                    return at + 1;
                }
            }

            await Task.Delay(Every, cancel);
        }
    }

    public async Task Tell(Report report)
    {
        await _until.CancelAsync();
        await _watching;
        for (var at = 0; at < _all.Length; at++)
        {
            var one = _all[at];
            report.Figure($"instance{at + 1}UserSeconds", one.UserSeconds, "s");
            report.Figure($"instance{at + 1}CpuPerUserSecondUs", one.UserSeconds == 0 ? 0 : one.Cpu.TotalMicroseconds / one.UserSeconds, "µs");
            report.Figure($"instance{at + 1}RssMostMb", one.RssMost / 1024.0 / 1024.0, "MB");
            report.Figure($"instance{at + 1}Starts", (long)one.Starts);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _until.CancelAsync();
        await _watching;
        foreach (var one in _all)
        {
            one.Api.Dispose();
        }

        _until.Dispose();
    }

    private static async Task<(string Instance, bool Leads)?> Health(Instance one, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            return await one.Api.Health(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task Watch(Instance one, CancellationToken cancel)
    {
        var looked = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Every);
        try
        {
            do
            {
                await Look(one, cancel);
                one.UserSeconds += one.Name is null ? 0 : _people(one.Name) * Stopwatch.GetElapsedTime(looked).TotalSeconds;
                looked = Stopwatch.GetTimestamp();
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static async Task Look(Instance one, CancellationToken cancel)
    {
        try
        {
            if (!int.TryParse(await File.ReadAllTextAsync(one.PidFile, cancel), out var pid))
            {
                return;
            }

            using var process = Process.GetProcessById(pid);
            var (cpu, rss) = (process.TotalProcessorTime, process.WorkingSet64);
            if (one.Pid != pid)
            {
                // The first look at the first one: what it spent before is not of this.
                one.Cpu += one.Pid == 0 ? TimeSpan.Zero : cpu;
                one.Starts += one.Pid == 0 ? 0 : 1;
                (one.Pid, one.Name) = (pid, null);
            }
            else
            {
                one.Cpu += cpu - one.Last;
            }

            one.Last = cpu;
            one.RssMost = Math.Max(one.RssMost, rss);
            one.Name ??= (await Health(one, cancel))?.Instance;
        }
        catch (Exception gone) when (gone is ArgumentException or InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            // Killed or stopped in this moment.
        }
    }

    private sealed class Instance(OperatorApi api, string pidFile)
    {
        public OperatorApi Api => api;

        public string PidFile => pidFile;

        public int Pid { get; set; }

        public string? Name { get; set; }

        public TimeSpan Last { get; set; }

        public TimeSpan Cpu { get; set; }

        public double UserSeconds { get; set; }

        public long RssMost { get; set; }

        public int Starts { get; set; }
    }
}
