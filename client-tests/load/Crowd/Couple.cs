using System.Diagnostics;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>Two members in one call, as both of them were told.</summary>
internal sealed record Couple(Member First, Member Second, string CallId)
{
    private const string Hangup = "hangup";

    /// <summary>What both heard must be two views of one call.</summary>
    public static void Check(
        Report report, string callId, Member one, CallStarted seenByOne, Member other, CallStarted seenByOther)
    {
        var initiators = (seenByOne.Initiator ? 1 : 0) + (seenByOther.Initiator ? 1 : 0);
        report.Expect($"call of user {one.Number}", callId, seenByOne.CallId);
        report.Expect($"call of user {other.Number}", callId, seenByOther.CallId);
        report.Expect($"partner of user {one.Number}", other.Id, seenByOne.Partner.Id);
        report.Expect($"partner of user {other.Number}", one.Id, seenByOther.Partner.Id);
        report.Expect($"initiators of call {callId}", 1, initiators);
        report.Expect($"polite is not initiator, user {one.Number}", !seenByOne.Initiator, seenByOne.Polite);
        report.Expect($"polite is not initiator, user {other.Number}", !seenByOther.Initiator, seenByOther.Polite);
        report.Expect($"here, users {one.Number} and {other.Number}", true, seenByOne.Here && seenByOther.Here);
        report.Expect($"length of call {callId} for both", seenByOne.CallSeconds, seenByOther.CallSeconds);
    }

    /// <summary>One side hangs up; both must hear it.</summary>
    public async Task End(Report report, Member ending, Latencies latencies, CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        var reply = await ending.Hub.Invoke("EndCall", $"[{Json.Text(CallId)}]", cancel);
        reply.Read(Messages.Default.EndValue);
        foreach (var member in (Member[])[First, Second])
        {
            var ended = await member.Ended.WaitAsync(cancel);
            latencies.Add(ended.At - begin);
            report.Expect($"ended call of user {member.Number}", CallId, ended.Value.CallId);
            report.Expect($"reason heard by user {member.Number}", Hangup, ended.Value.Reason);
        }
    }

    /// <summary>Ends all, a side chosen by the seed in each.</summary>
    public static async Task EndAll(IReadOnlyList<Couple> couples, Population population, Report report)
    {
        var latencies = new Latencies(couples.Count * 2);
        var endings = couples.Select(couple =>
            (Couple: couple, By: population.Random.Next(2) == 0 ? couple.First : couple.Second)).ToArray();
        var phase = report.Measure();
        await population.Each(endings, (one, cancel) => one.Couple.End(report, one.By, latencies, cancel));
        report.Figure("endsPerSecond", couples.Count / phase.Seconds, "1/s");
        report.Percentiles("end", latencies);
        report.Cpu("End", phase, couples.Count);
        population.Settle("end");
    }
}
