namespace Matchmaker.Features.Reports;

/// <summary>
/// What the reports of one case weigh together. Pure; <c>reporter_weight</c> and <c>weigh_case</c> in the database say the
/// same, and one suite of tests holds both to it.
/// </summary>
/// <remarks>
/// The danger is a crowd that is one person: accounts are free and a call can be had with anybody. So a network counts as
/// <see cref="ReportersOfNetwork"/> reporters at the most, whatever comes from it, and a reporter counts once, with the first
/// report, wherever they go on from. Who has been right counts more, who has not counts less and never nothing; who is new
/// counts 1. With the heaviest reporters one network weighs what three strangers do.
/// </remarks>
internal static class Weighing
{
    /// <summary>Of a household or a dormitory, or one person with many accounts.</summary>
    public const int ReportersOfNetwork = 2;

    /// <summary>How many decided reports of a reporter count, the latest: people change.</summary>
    public const int DecidedReports = 100;

    public const double LeastWeight = 0.1;
    public const double MostWeight = 1.5;

    /// <summary>As if two of four more had been right: one decision alone says little.</summary>
    public static double OfReporter(int agreed, int decided) =>
        Math.Clamp(2d * (agreed + 2) / (decided + 4), LeastWeight, MostWeight);

    /// <param name="reports">Of one case, in the order of their times.</param>
    public static CaseWeight Of(IEnumerable<WeighedReport> reports)
    {
        var all = reports.ToList();
        var networks = all.DistinctBy(r => r.Reporter).ToLookup(r => r.Network ?? "", r => r.Weight);
        return new CaseWeight(
            networks.Sum(of => of.OrderDescending().Take(ReportersOfNetwork).Sum()), all.Count, networks.Sum(of => of.Count()), networks.Count);
    }
}

/// <param name="Reporter">Who.</param>
/// <param name="Network">Where from; those of whom it is not known count as one network.</param>
/// <param name="Weight">The reporter's, when they reported.</param>
internal readonly record struct WeighedReport(Guid Reporter, string? Network, double Weight);

internal readonly record struct CaseWeight(double Score, int Reports, int Reporters, int Networks);
