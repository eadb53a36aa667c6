using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Matching;

/// <summary>
/// How many are here, for anybody who asks: of all instances, from the rows, which are counted at most every two seconds
/// however many ask. Alone, and while the database is away, what this instance knows.
/// </summary>
internal sealed class LiveFigures(
    IMatchStore store, ConnectionManager connections, Pairing pairing, LiveCalls calls, ICarrier carrier, TimeProvider time)
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private Task<LiveStats>? _counted;
    private long _countedAt;

    public Task<LiveStats> Read()
    {
        if (carrier.IsAlone)
        {
            return Task.FromResult(Own());
        }

        lock (_gate)
        {
            if (_counted is null || (_counted.IsCompleted && time.GetElapsedTime(_countedAt) >= KeptFor))
            {
                (_counted, _countedAt) = (Count(), time.GetTimestamp());
            }

            return _counted;
        }
    }

    private async Task<LiveStats> Count()
    {
        await Task.Yield(); // off the lock
        try
        {
            return await store.CountAll() ?? Own();
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            return Own();
        }
    }

    private LiveStats Own() => new(connections.Users, pairing.Waiting, calls.Count);
}
