using Matchmaker.Features.Presence;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Calls;

/// <summary>
/// Sweeps what nobody looks after (an instance died): forgets who was lost and ends their calls. On one instance, which
/// leads it, and never before that may reap. The clock runs it every five seconds, a clean-up once more and keeps record.
/// </summary>
internal sealed class CallSweep(
    LiveCalls live, Calls calls, CallEnding ending, ICallStore store, ILeadership leadership, InstanceLease lease, ICarrier carrier,
    IServiceProvider services, TimeProvider time, IOptions<CallOptions> options, ILogger<CallSweep> logger) : ICleanup
{
    /// <summary>Rows of a kind in one sweep; the rest is for the next.</summary>
    public const int Limit = 200;

    private readonly bool _embedded = services.IsEmbedded();

    public string Name => "abandoned_calls";

    /// <summary>No turns: the lease row decides.</summary>
    public bool IsShared => false;

    public Task<int> Count(CleanupDepth depth, CancellationToken stopping) => store.CountAbandoned(options.Value.Grace, Limit);

    public Task<int> Run(CleanupDepth depth, CancellationToken stopping) => Run();

    /// <summary>Answers how many calls it ended.</summary>
    public async Task<int> Run()
    {
        if (!_embedded && (!lease.MayReap || await leadership.Lead("sweep", TimeSpan.FromSeconds(10)) is null))
        {
            return 0;
        }

        var ended = 0;
        foreach (var (callId, reason) in await store.Sweep(options.Value.Grace, Limit))
        {
            CallLog.Swept(logger, callId, reason);
            if (live.Find(callId) is not { } call)
            {
                await store.End(new CallEnd(callId, reason, time.GetTimestamp()));
                live.HearOver(callId);
                carrier.Tell(CallTopics.Over, new CallOver(callId, reason, null, null, null));
                ended++;
            }
            else if (reason != EndReason.PartnerLost || !await calls.WriteSeats(call))
            {
                // Both may well be here: a seat that was taken while the database was away was not written in it.
                await ending.End(call, reason);
                ended++;
            }
        }

        return ended;
    }
}
