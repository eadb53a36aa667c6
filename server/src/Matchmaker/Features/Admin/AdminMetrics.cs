using System.Diagnostics.Metrics;

namespace Matchmaker.Features.Admin;

/// <summary>Who knocks at the console.</summary>
internal sealed class AdminMetrics
{
    public AdminMetrics(IMeterFactory meters) => SignIns = meters.Create("Matchmaker.Admin")
        .CreateCounter<long>("matchmaker.admin.sign_ins", "{attempt}", "Attempts to sign in at the console, by outcome: yes, no, wait.");

    private Counter<long> SignIns { get; }

    public void SignIn(string outcome) => SignIns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
