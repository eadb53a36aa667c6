using System.Diagnostics;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Measure;

/// <summary>How many places the servers say are taken: by open connections, and by hub tickets that were not used yet.</summary>
internal sealed class Places(IReadOnlyList<Uri> servers, Report report) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>A hub ticket lives 30 s, a lost peer is noticed within 10; the rest is for a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly OperatorApi[] _servers = [.. servers.Select(server => new OperatorApi(server))];

    /// <summary>Sums over all servers.</summary>
    public async Task<(int Open, int Expected)> Taken(CancellationToken cancel)
    {
        var (open, expected) = (0, 0);
        foreach (var server in _servers)
        {
            var (here, coming) = await server.Connections(cancel);
            open += here;
            expected += coming;
        }

        return (open, expected);
    }

    /// <summary>Waits until no place is taken; how long that took goes to the report, and so does that it never came.</summary>
    public async Task ExpectNone(string key, CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        var taken = await Taken(cancel);
        while (taken != (0, 0) && Stopwatch.GetElapsedTime(begin) < Patience)
        {
            await Task.Delay(LookEvery, cancel);
            taken = await Taken(cancel);
        }

        report.Figure(key, Stopwatch.GetElapsedTime(begin).TotalSeconds, "s");
        report.Expect($"{key}: places that are still taken (open, expected)", (0, 0), taken);
    }

    public void Dispose()
    {
        foreach (var server in _servers)
        {
            server.Dispose();
        }
    }
}
