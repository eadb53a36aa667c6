using System.Diagnostics.Metrics;
using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Reports;

/// <summary>Reports filed and refused, and people held; no label ever names a person.</summary>
internal sealed class ReportMetrics
{
    private readonly Counter<long> _filed;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _holds;

    public ReportMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Matchmaker.Reports");
        _filed = meter.CreateCounter<long>("matchmaker.reports.filed");
        _refused = meter.CreateCounter<long>("matchmaker.reports.refused");
        _holds = meter.CreateCounter<long>("matchmaker.reports.holds");
    }

    public void Filed(Reason reason) => _filed.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public void Refused(string code) => _refused.Add(1, new KeyValuePair<string, object?>("code", code));

    public void Held() => _holds.Add(1);
}
