using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Reports;

/// <summary>Every "no" about reports and cases.</summary>
internal static class ReportRefusals
{
    public static readonly Refusal Claimed = new("claimed", "Somebody else has this case.");
}
