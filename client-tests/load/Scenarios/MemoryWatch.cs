using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Scenarios;

/// <summary>Watches the server's memory while a crowd wanders, from when it is made until it is told or disposed of.</summary>
internal sealed class MemoryWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _until = new();
    private readonly string? _path;
    private readonly Task _watching;

    public MemoryWatch(LoadOptions options, Population population, Wanderers all, TimeSpan every, Action<Sample>? seen = null)
    {
        _path = options.Out;
        Server = new OperatorApi(options.Servers[0]);
        Samples = new MemorySamples(Server, every, () => all.PeopleInCalls, () => population.Connected) { Seen = seen };
        _watching = Samples.Watch(_until.Token);
    }

    public OperatorApi Server { get; }

    public MemorySamples Samples { get; }

    /// <summary>Ends the watch; the most of each to the report, all of it to --out.</summary>
    public async Task Tell(Report report)
    {
        await _until.CancelAsync();
        await _watching;
        Samples.Tell(report);
        if (_path is not null)
        {
            await Samples.Write(_path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _until.CancelAsync();
        await _watching;
        Server.Dispose();
        _until.Dispose();
    }
}
