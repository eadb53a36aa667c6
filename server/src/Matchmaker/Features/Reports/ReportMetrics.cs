using System.Diagnostics.Metrics;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Features.Reports;

/// <summary>Reports filed and refused, people held, and what waits for a moderator; no label ever names a person.</summary>
internal sealed class ReportMetrics
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(30);

    private readonly Counter<long> _filed;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _holds;

    public ReportMetrics(IMeterFactory meters, ICaseStore cases, TimeProvider time, ILogger<ReportMetrics> logger)
    {
        var meter = meters.Create("Matchmaker.Reports");
        _filed = meter.CreateCounter<long>("matchmaker.reports.filed", "{report}", "Reports filed here, by reason.");
        _refused = meter.CreateCounter<long>("matchmaker.reports.refused", "{report}", "Reports refused here, by code.");
        _holds = meter.CreateCounter<long>("matchmaker.reports.holds", "{hold}", "People held here by the weight of reports.");
        var waiting = new AskedFigure<CaseBacklog>(cases.Backlog, AskEvery, time, logger);
        meter.CreateObservableGauge(
            "matchmaker.cases.open", () => Measured(waiting.Read(), b => b.Open), "{case}",
            "Cases that wait for a decision, as the database said within the last 30 s; the same on every instance.");
        meter.CreateObservableGauge(
            "matchmaker.cases.urgent", () => Measured(waiting.Read(), b => b.Urgent), "{case}", "Of them those about the safety of a minor.");
        meter.CreateObservableGauge(
            "matchmaker.cases.oldest", () => Measured(waiting.Read(), b => b.OldestSeconds), "s", "How long ago the oldest of them was opened; 0 without one.");
        meter.CreateObservableGauge(
            "matchmaker.cases.urgent_untouched", () => Measured(waiting.Read(), b => b.UntouchedSeconds), "s",
            "How long ago the oldest urgent one was opened that nobody has claimed yet; 0 without one.");
    }

    public void Filed(Reason reason) => _filed.Add(1, new KeyValuePair<string, object?>("reason", StoredWord.Of(reason)));

    public void Refused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Held() => _holds.Add(1);

    private static IEnumerable<Measurement<double>> Measured(CaseBacklog? backlog, Func<CaseBacklog, double> figure) =>
        backlog is { } counted ? [new Measurement<double>(figure(counted))] : [];
}
