using System.Diagnostics;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Scenarios;

/// <summary>Pairs meet by invite: the first is available, the second invites, the first accepts, one of them hangs up.</summary>
internal sealed class InviteScenario : IScenario
{
    private const int CallSeconds = 300;

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var pairs = population.Members.Chunk(2).ToArray();
        var available = report.Measure();
        await population.Each(population.Members, async (member, token) =>
            (await member.Hub.Invoke("SetAvailable", "[true]", token)).Require());
        report.Figure("availablePerSecond", population.Members.Length / available.Seconds, "1/s");
        report.Cpu("Available", available, population.Members.Length);
        population.Settle("be available");

        var rings = new Latencies(pairs.Length);
        var starts = new Latencies(pairs.Length * 2);
        var couples = new Couple[pairs.Length];
        var phase = report.Measure();
        await population.Each(Enumerable.Range(0, pairs.Length), async (at, token) =>
            couples[at] = await Meet(pairs[at][0], pairs[at][1], rings, starts, report, token));
        report.Figure("callsPerSecond", pairs.Length / phase.Seconds, "1/s");
        report.Percentiles("inviteToRing", rings);
        report.Percentiles("acceptToStarted", starts);
        report.Cpu("Call", phase, pairs.Length);
        population.Settle("invite and accept");

        foreach (var member in population.Members)
        {
            report.Expect($"calls of user {member.Number}", 1, member.CallIds.Distinct().Count());
        }

        await Couple.EndAll(couples, population, report);
    }

    private static async Task<Couple> Meet(
        Member invited, Member inviter, Latencies rings, Latencies starts, Report report, CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        var asked = await inviter.Hub.Invoke("Invite", $"[{Json.Text(invited.Id)},{CallSeconds}]", cancel);
        var invite = asked.Read(Messages.Default.InviteValue);
        var ring = await invited.Invited.WaitAsync(cancel);
        rings.Add(ring.At - begin);
        report.Expect($"invite heard by user {invited.Number}", invite.InviteId, ring.Value.InviteId);
        report.Expect($"inviter heard by user {invited.Number}", inviter.Id, ring.Value.From.Id);

        var accepting = Stopwatch.GetTimestamp();
        var answer = await invited.Hub.Invoke("AcceptInvite", $"[{Json.Text(invite.InviteId)},{CallSeconds}]", cancel);
        var callId = answer.Read(Messages.Default.AcceptValue).CallId;
        var seenByInviter = await inviter.Started.WaitAsync(cancel);
        var seenByInvited = await invited.Started.WaitAsync(cancel);
        starts.Add(seenByInviter.At - accepting);
        starts.Add(seenByInvited.At - accepting);
        Couple.Check(report, callId, inviter, seenByInviter.Value, invited, seenByInvited.Value);
        report.Expect($"the inviter, user {inviter.Number}, is the initiator", true, seenByInviter.Value.Initiator);
        report.Expect($"length of call {callId}", CallSeconds, seenByInviter.Value.CallSeconds);
        return new Couple(inviter, invited, callId);
    }
}
