using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>
/// What a signal costs between two instances, beside one within an instance, in one run: as many couples of the one kind as
/// of the other, who signal in turns (same, across, across, same), so that what drifts meanwhile hurts both.
/// </summary>
internal sealed class AcrossScenario : IScenario
{
    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var languages = Pair(population.Members);
        var couples = await new QueueMeeting(population, report, cancel)
            .Meet(member => $"{{\"languages\":[\"{languages[member.Number]}\"]}}", perSecond: 0);
        var kinds = couples.ToLookup(couple => couple.First.Instance == couple.Second.Instance);
        var count = Math.Min(kinds[true].Count(), kinds[false].Count());
        if (count == 0)
        {
            throw new StepFailedException("all couples are of one kind: --url needs two instances, and --users eight people");
        }

        var (same, across) = (kinds[true].Take(count).ToArray(), kinds[false].Take(count).ToArray());
        report.Figure("couplesOfEachKind", (long)count);
        await new Relay(same, options, report, "same").Run(cancel);
        await new Relay(across, options, report, "across").Run(cancel);
        await new Relay(across, options, report, "acrossAgain").Run(cancel);
        await new Relay(same, options, report, "sameAgain").Run(cancel);
        await Couple.EndAll(couples, population, report);
    }

    /// <summary>A language for each, which one other has: of half of every instance's people somebody at the same one.</summary>
    private static string[] Pair(Member[] members)
    {
        var languages = new string[members.Length];
        var rest = new List<Member>();
        var next = 0;
        foreach (var instance in members.GroupBy(member => member.Instance))
        {
            var people = instance.ToArray();
            var stay = people.Length / 4 * 2;
            for (var at = 0; at < stay; at += 2)
            {
                Give(people[at], people[at + 1]);
            }

            rest.AddRange(people[stay..]);
        }

        // The first half of the rest is of the first instances, the second of the others.
        for (var at = 0; at < rest.Count / 2; at++)
        {
            Give(rest[at], rest[at + (rest.Count / 2)]);
        }

        return languages;

        void Give(Member one, Member other) =>
            languages[one.Number] = languages[other.Number] = CallScenario.Language(next++);
    }
}
