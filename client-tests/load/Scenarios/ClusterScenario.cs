using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>
/// A crowd wanders over several instances behind a proxy that sends every request anywhere, while --trouble happens to them,
/// one after the other. Who loses a connection comes back by themselves. Nobody's call may end of it, no signal may go to
/// anybody else, and nothing acknowledged may be lost.
/// </summary>
internal sealed class ClusterScenario : IScenario
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    // The other two are for those who must not find anybody yet.
    public IReadOnlyList<string> Genders => ["female", "male"];

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var all = new Wanderers(report, population.Members, options.HoldSeconds, options.Seed);
        var book = all.Book = new SignalBook(report, all.Ledger, options.HoldSeconds, options.Users);
        foreach (var member in population.Members)
        {
            book.Follow(member);
        }

        var returns = new Returns(population, report, cancel);
        await using var instances = new Instances(options, name => population.Everybody.Count(member => member.Connected && member.Instance == name));
        report.Text("peopleOfInstances", string.Join(", ", population.Members.CountBy(member => member.Instance).Select(one => $"{one.Key} {one.Value}")));
        var phase = report.Measure();
        var wandering = all.Wander(TimeSpan.FromSeconds(options.HoldSeconds), cancel);
        if (options.Troubles.Length > 0)
        {
            var troubles = new ClusterTroubles(options, all, book, population, returns, instances, report);
            all.Excuses = troubles.Excuses;
            foreach (var name in options.Troubles)
            {
                await Task.Delay(Quiet, cancel);
                await troubles.Make(name, cancel);
                if (wandering.IsCompleted)
                {
                    report.Fail($"the crowd had gone home before {name} was over: --hold is too short");
                }
            }
        }

        await wandering;
        var seconds = phase.Seconds;
        all.Tell();
        book.Tell(seconds);
        await instances.Tell(report);
        report.Text("returnsRefused", returns.Refused.ToString());
        report.Expect("places in the queue lost", 0, all.PlacesLost());
        report.Figure("resumedWithoutPlace", (long)all.WithoutPlace.Count);
        await new LedgerAudit(all.Ledger, population, report, embedded: false).Run();
    }
}
