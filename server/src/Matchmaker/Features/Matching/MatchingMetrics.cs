using System.Diagnostics.Metrics;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Matching;

/// <summary>What became of wishes and invites.</summary>
internal sealed class MatchingMetrics
{
    private readonly Counter<long> _matches;
    private readonly Counter<long> _proposals;
    private readonly Counter<long> _invites;
    private readonly Histogram<double> _waits;

    public MatchingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Matchmaker.Matching");
        _matches = meter.CreateCounter<long>("matchmaker.matches", "{call}", "Pairs out of the queue that became calls, by the instance that leads.");
        _proposals = meter.CreateCounter<long>("matchmaker.matches.proposed", "{pair}", "Pairs that were tried.");
        _invites = meter.CreateCounter<long>("matchmaker.invites", "{invite}", "Invites by result: of asking, and of their end.");
        _waits = meter.CreateHistogram<double>(
            "matchmaker.queue.wait", "s", "How long people waited in the queue, by outcome: matched (by the instance that leads), left, lost.");
    }

    public void Committed(int started, int proposed)
    {
        _matches.Add(started);
        _proposals.Add(proposed);
    }

    /// <summary><paramref name="result"/> is an outcome of asking or of the invite's end.</summary>
    public void Invite<TResult>(TResult result)
        where TResult : struct, Enum => _invites.Add(1, new KeyValuePair<string, object?>("result", StoredWord.Of(result)));

    /// <param name="waited">How long.</param>
    /// <param name="outcome">matched; left, by themselves; or lost, when they did not come back in time.</param>
    public void Waited(TimeSpan waited, string outcome) => _waits.Record(waited.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
}
