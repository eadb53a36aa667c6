using System.Diagnostics.Metrics;
using System.Globalization;

namespace Matchmaker.Features.Signaling;

internal sealed class SignalingMetrics
{
    private readonly Counter<long> _answers;

    public SignalingMetrics(IMeterFactory meters, TurnWatch watch)
    {
        var meter = meters.Create("Matchmaker.Signaling");
        _answers = meter.CreateCounter<long>(
            "matchmaker.ice_servers", "{answer}", "Answers with ICE servers, by what they offer: coturn, static, stun or none.");
        meter.CreateObservableGauge(
            "matchmaker.turn.up", () => Up(watch), description: "Whether the TURN server with this number in the settings works: 1 or 0.");
    }

    public void Answered(string provider) => _answers.Add(1, new KeyValuePair<string, object?>("provider", provider));

    private static IEnumerable<Measurement<int>> Up(TurnWatch watch) =>
        watch.Findings.Select((finding, index) => (finding, index)).Where(one => one.finding.State != TurnState.Unknown).Select(one =>
            new Measurement<int>(
                one.finding.IsUsable ? 1 : 0,
                new KeyValuePair<string, object?>("server", one.index.ToString(CultureInfo.InvariantCulture))));
}
