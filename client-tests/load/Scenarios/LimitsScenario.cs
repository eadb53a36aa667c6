using System.Diagnostics;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Scenarios;

/// <summary>More people connect at once than there are places (--places); before that, some break off wherever one can.
/// Exactly as many as fit are served, the others hear why, and no place is ever lost.</summary>
internal sealed class LimitsScenario : IScenario
{
    private const int MostBreakers = 100;
    private const int MostReturning = 100;

    public bool Connects => false;

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        using var places = new Places(options.Servers, report);
        await BreakOff(population, options, report);
        await places.ExpectNone("zeroAfterBreakingOffSeconds", cancel);

        var refused = await Rush(population, options, report, cancel);
        var served = population.Members.Where(member => member.Connected).ToArray();
        report.Expect("people served", options.Places, served.Length);
        report.Expect("places that the servers count (open, expected)", (options.Places, 0), await places.Taken(cancel));
        await Return(served.Take(MostReturning), population, report, cancel);
        await Task.Delay(TimeSpan.FromSeconds(options.HoldSeconds), cancel);
        population.ExpectAllConnected();

        await Leave(population, options);
        await places.ExpectNone("zeroAfterLeavingSeconds", cancel);

        var second = refused.Take(options.Places).ToArray();
        await population.Each(second, population.Connect);
        population.Settle("connect when the others have left");
        report.Figure("servedAfterwards", (long)second.Length);
        await Leave(population, options);
        await places.ExpectNone("zeroAtTheEndSeconds", cancel);
    }

    /// <summary>So few that they find a place, although those of broken connections and unused tickets come back late.</summary>
    private static async Task BreakOff(Population population, LoadOptions options, Report report)
    {
        var people = population.Members.Take(Math.Clamp(options.Places / 8, 1, MostBreakers)).ToArray();
        var again = new Tally();
        await population.Each(people, async (person, stop) =>
        {
            foreach (var stage in Enum.GetValues<Stage>())
            {
                if (await Insisting.Until(() => BreakOff(stage, population, person, stop), again, stop) is { } no)
                {
                    throw no;
                }
            }
        });
        population.Settle("break off");
        report.Figure("brokenOff", (long)people.Length * Enum.GetValues<Stage>().Length);
    }

    private static async Task BreakOff(Stage stage, Population population, Member person, CancellationToken cancel)
    {
        var ticket = await population.Api.Ticket(person.Server, person.Token, $"tab-{Guid.NewGuid():N}", cancel);
        await BrokenOff.At(stage, person.Server, ticket, cancel);
    }

    /// <summary>Everybody at the same moment; answers who was refused.</summary>
    private static async Task<Member[]> Rush(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var (refused, again, phase) = (new Tally(), new Tally(), report.Measure());
        var latencies = new Latencies(options.Users);
        await Task.WhenAll(population.Members.Select(async member =>
        {
            var begin = Stopwatch.GetTimestamp();
            if (await Insisting.Until(() => population.Connect(member, cancel), again, cancel) is { } no)
            {
                refused.Add(no.Code);
                if (no is not { Code: "server_full", RetryAfterSeconds: not null })
                {
                    report.Fail($"user {member.Number}: {no.Message}");
                }

                return;
            }

            latencies.Add(Stopwatch.GetTimestamp() - begin);
        }));
        report.Figure("served", (long)latencies.Count);
        report.Text("refused", refused.ToString());
        report.Text("askedAgain", again.ToString());
        report.Percentiles("ticketToResumed", latencies);
        report.Cpu("Attempt", phase, options.Users);
        report.ServerMemory("serverRssFullMb");
        return [.. population.Members.Where(member => !member.Connected)];
    }

    /// <summary>Some of those who are here come back under their own tab, with no place free.</summary>
    private static async Task Return(IEnumerable<Member> some, Population population, Report report, CancellationToken cancel)
    {
        var returned = 0L;
        await population.Each(some, async (member, stop) =>
        {
            await population.Return(member, stop);
            Interlocked.Increment(ref returned);
        });
        population.Settle("come back at the limit");
        report.Figure("returnedAtTheLimit", returned);
    }

    private static Task Leave(Population population, LoadOptions options) => Parallel.ForEachAsync(
        population.Everybody.Where(member => member.Connected), new ParallelOptions { MaxDegreeOfParallelism = options.Parallel },
        async (member, _) => await member.Leave());
}
