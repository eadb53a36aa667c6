using System.Diagnostics;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;

namespace Matchmaker.Load.Scenarios;

/// <summary>A crowd wanders while the database goes away for --away seconds and comes back, and later is killed and
/// started at once. Nobody's call may end of it, nothing acknowledged may be lost, and all goes on by itself.</summary>
internal sealed class OutageScenario : IScenario
{
    /// <summary>Twice the goal: refusals later than this after the return are a failure.</summary>
    private static readonly TimeSpan RefusalsEnd = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan RecoversWithin = TimeSpan.FromSeconds(60);

    /// <summary>The others wait this long in the queue before the kill.</summary>
    private static readonly TimeSpan WaitBeforeKill = TimeSpan.FromSeconds(3);

    // The other two are for those who must not find anybody yet.
    public IReadOnlyList<string> Genders => ["female", "male"];

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var control = options.Control ?? throw new StepFailedException("--control says how the database is stopped");
        var all = new Wanderers(report, population.Members, options.HoldSeconds, options.Seed);
        var refusalsEnd = 0L;
        var lastRefusal = 0L;
        all.Excuses = method =>
        {
            lastRefusal = Stopwatch.GetTimestamp();
            return method is not ("Signal" or "EndCall") && lastRefusal < Volatile.Read(ref refusalsEnd);
        };
        var bystanders = new Bystanders(population, all.Ledger);
        await bystanders.Connect(cancel);
        await using var watch = new MemoryWatch(options, population, all, TimeSpan.FromSeconds(1));
        var wandering = all.Wander(TimeSpan.FromSeconds(options.HoldSeconds), cancel);
        var quiet = TimeSpan.FromSeconds(Math.Max(5, (options.HoldSeconds - options.AwaySeconds) / 3));

        await Task.Delay(quiet, cancel);
        var from = watch.Samples.Seconds;
        Trouble();
        await Control.Run(control, "stop", cancel);
        await Task.Delay(TimeSpan.FromSeconds(options.AwaySeconds), cancel);
        Memory(report, watch.Samples, from);
        await Control.Run(control, "start", cancel);
        await Recover("Return");

        await Task.Delay(quiet - WaitBeforeKill, cancel);
        await bystanders.Wait(cancel);
        await Task.Delay(WaitBeforeKill, cancel);
        Trouble();
        var killed = Stopwatch.GetTimestamp();
        await Control.Run(control, "crash", cancel);
        report.Figure("killedForSeconds", Stopwatch.GetElapsedTime(killed).TotalSeconds, "s");
        var meeting = bystanders.Meet(cancel);
        await Recover("Kill");
        try
        {
            var (queue, invite) = await meeting.WaitAsync(RecoversWithin, cancel);
            report.Figure("waitedThroughKillSeconds", queue, "s");
            report.Figure("inviteAfterKillSeconds", invite, "s");
        }
        catch (TimeoutException)
        {
            report.Fail($"after the kill, within {RecoversWithin.TotalSeconds} s: {bystanders.Progress}");
        }

        await wandering;
        all.Tell();
        await watch.Tell(report);
        await new LedgerAudit(all.Ledger, population, report, embedded: false).Run();

        void Trouble()
        {
            all.InTrouble = true;
            Volatile.Write(ref refusalsEnd, long.MaxValue);
        }

        async Task Recover(string after)
        {
            var back = Stopwatch.GetTimestamp();
            Volatile.Write(ref refusalsEnd, back + (long)(RefusalsEnd.TotalSeconds * Stopwatch.Frequency));
            var (match, chat, signUp) = await new Recovery(all, population, population.TrySignIn).Watch(cancel).WaitAsync(RecoversWithin, cancel);
            all.InTrouble = false;
            report.Figure($"matchAfter{after}Seconds", match, "s");
            report.Figure($"chatAfter{after}Seconds", chat, "s");
            report.Figure($"signUpAfter{after}Seconds", signUp, "s");
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            report.Figure($"refusedUntil{after}Seconds", Math.Max(0, Stopwatch.GetElapsedTime(back, lastRefusal).TotalSeconds), "s");
        }
    }

    private static void Memory(Report report, MemorySamples samples, double from)
    {
        var before = samples.All.Last(sample => sample.Seconds <= from);
        var inside = samples.All.Where(sample => sample.Seconds > from).ToArray();
        var most = inside.Max(sample => sample.RssMb);
        report.Figure("rssBeforeOutageMb", before.RssMb, "MB");
        report.Figure("rssMostInOutageMb", most, "MB");
        report.Figure("rssGrowthInOutageMb", most - before.RssMb, "MB");
        report.Figure("committedGrowthInOutageMb", inside.Max(sample => sample.CommittedMb) - before.CommittedMb, "MB");
    }
}
