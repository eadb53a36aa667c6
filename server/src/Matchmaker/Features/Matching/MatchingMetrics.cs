using System.Diagnostics.Metrics;

namespace Matchmaker.Features.Matching;

internal sealed class MatchingMetrics
{
    private readonly Counter<long> _matches;
    private readonly Counter<long> _proposals;
    private readonly Counter<long> _invites;

    public MatchingMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Matchmaker.Matching");
        _matches = meter.CreateCounter<long>("matchmaker.matches");
        _proposals = meter.CreateCounter<long>("matchmaker.matches.proposed");
        _invites = meter.CreateCounter<long>("matchmaker.invites");
    }

    public void Committed(int started, int proposed)
    {
        _matches.Add(started);
        _proposals.Add(proposed);
    }

    /// <summary><paramref name="result"/> is an outcome of asking or of the invite's end.</summary>
    public void Invite(string result) => _invites.Add(1, new KeyValuePair<string, object?>("result", result));
}
