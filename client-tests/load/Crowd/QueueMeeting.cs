using System.Diagnostics;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>Everybody joins the queue and everybody must come out of it in exactly one call.</summary>
internal sealed class QueueMeeting(Population population, Report report, CancellationToken cancel)
{
    private static readonly TimeSpan SecondMatchShows = TimeSpan.FromSeconds(1);

    private readonly long[] _joinedAt = new long[population.Members.Length];

    /// <param name="wishes">The JSON argument of JoinQueue for each.</param>
    /// <param name="perSecond">Joins a second; 0: all at once.</param>
    public async Task<Couple[]> Meet(Func<Member, string> wishes, int perSecond)
    {
        var members = population.Members;
        var order = members.ToArray();
        population.Random.Shuffle(order);
        var joins = new Task[order.Length];
        var lag = new Latencies(order.Length);
        var answers = new Latencies(order.Length);
        var phase = report.Measure();
        await Pace.Run(order.Length, perSecond, lag, next => Start(next), cancel);
        await Task.WhenAll(joins);
        population.Settle("join");
        await AllStarted();
        report.Cpu("Join", phase, members.Length);
        Figures(phase.Begin);
        report.Percentiles("joinAnswered", answers);
        if (perSecond > 0)
        {
            report.Percentiles("driverLag", lag);
        }

        await Task.Delay(SecondMatchShows, cancel);
        return Check();

        ValueTask Start(int next)
        {
            joins[next] = Join(order[next], wishes(order[next]), answers);
            return ValueTask.CompletedTask;
        }
    }

    private async Task Join(Member member, string wishes, Latencies answers)
    {
        try
        {
            var begin = Stopwatch.GetTimestamp();
            _joinedAt[member.Number] = begin;
            var reply = await member.Hub.Invoke("JoinQueue", $"[{wishes}]", cancel);
            answers.Add(Stopwatch.GetTimestamp() - begin);
            reply.Read(Messages.Default.QueueValue);
        }
        catch (RefusedException refused)
        {
            population.Count(refused);
        }
    }

    private async Task AllStarted()
    {
        var members = population.Members;
        try
        {
            await Task.WhenAll(members.Select(member => member.Started)).WaitAsync(cancel);
        }
        catch (Exception failed) when (failed is OperationCanceledException or RefusedException)
        {
            var waiting = members.Where(member => !member.Started.IsCompletedSuccessfully).ToArray();
            var why = failed is RefusedException ? failed.Message : "time ran out";
            throw new StepFailedException(
                $"match: {waiting.Length} of {members.Length} never heard callStarted ({why}), " +
                $"the first is user {waiting[0].Number}");
        }
    }

    private void Figures(long begin)
    {
        var toMatch = new Latencies(population.Members.Length);
        var last = begin;
        foreach (var member in population.Members)
        {
            var at = Heard(member).At;
            toMatch.Add(at - _joinedAt[member.Number]);
            last = Math.Max(last, at);
        }

        var seconds = Stopwatch.GetElapsedTime(begin, last).TotalSeconds;
        report.Figure("allMatchedSeconds", seconds, "s");
        report.Figure("matchesPerSecond", population.Members.Length / 2 / seconds, "1/s");
        report.Percentiles("timeToMatch", toMatch);
    }

    private Couple[] Check()
    {
        var members = population.Members;
        foreach (var member in members.Where(member => member.CallIds.Distinct().Count() != 1))
        {
            report.Fail($"user {member.Number} was put into calls {string.Join(", ", member.CallIds.Distinct())}");
        }

        report.Figure("callStartedRepeats", members.Sum(member => (long)member.CallIds.Count - 1));
        var couples = new List<Couple>(members.Length / 2);
        foreach (var call in members.GroupBy(member => Heard(member).Value.CallId))
        {
            if (call.ToArray() is not [var one, var other])
            {
                report.Fail($"call {call.Key} has {call.Count()} members");
                continue;
            }

            Couple.Check(report, call.Key, one, Heard(one).Value, other, Heard(other).Value);
            couples.Add(new Couple(one, other, call.Key));
        }

        report.Figure("calls", (long)couples.Count);
        report.Expect("calls", members.Length / 2, couples.Count);
        return [.. couples];
    }

    private static Stamped<CallStarted> Heard(Member member) => member.Started.GetAwaiter().GetResult();
}
