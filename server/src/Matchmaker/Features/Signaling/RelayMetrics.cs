using System.Diagnostics.Metrics;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Signaling;

/// <summary>What passes between the two browsers of a call.</summary>
internal sealed class RelayMetrics
{
    private readonly Counter<long> _signals;

    public RelayMetrics(IMeterFactory meters) => _signals = meters.Create("Matchmaker.Signaling")
        .CreateCounter<long>("matchmaker.signals", "{signal}", "Signals by kind and result: passed, held for a partner who is away, or the code of the refusal.");

    public void Signal(SignalKind kind, string result) => _signals.Add(
        1, new KeyValuePair<string, object?>("kind", StoredWord.Of(kind)), new KeyValuePair<string, object?>("result", result));
}
