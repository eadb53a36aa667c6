using System.Diagnostics;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>
/// People beside the crowd, of two genders that it has not. Some wait in the queue for somebody who is not there; what
/// becomes of their places when the database loses them is seen when that somebody comes.
/// </summary>
internal sealed class Bystanders
{
    private const int Pairs = 5;
    private const string Waits = "unspecified";
    private const string Comes = "nonbinary";
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(200);

    private readonly Population _population;
    private readonly Member[] _waiting;
    private readonly Member[] _coming;
    private readonly Member _inviter;
    private readonly Member _invited;

    public Bystanders(Population population, Ledger ledger)
    {
        _population = population;
        _waiting = [.. Enumerable.Range(0, Pairs).Select(_ => population.Another(Waits))];
        _coming = [.. Enumerable.Range(0, Pairs).Select(_ => population.Another(Comes))];
        (_inviter, _invited) = (population.Another(Waits), population.Another(Comes));
        foreach (var member in All)
        {
            ledger.Follow(member);
        }
    }

    private IEnumerable<Member> All => [.. _waiting, .. _coming, _inviter, _invited];

    public async Task Connect(CancellationToken cancel)
    {
        foreach (var member in All)
        {
            await _population.SignIn(member, cancel);
            await _population.Connect(member, cancel);
        }
    }

    /// <summary>Half of them join the queue, once, and wait.</summary>
    public async Task Wait(CancellationToken cancel)
    {
        foreach (var member in _waiting)
        {
            (await member.Invoke("JoinQueue", Wishes(Comes), cancel)).Require();
        }
    }

    /// <summary>The other half comes: seconds until everybody who waits is in a call, and until an invite became one.</summary>
    public async Task<(double Queue, double Invite)> Meet(CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        var inviting = Invite(begin, cancel);
        await Task.WhenAll(_coming.Select(member => Insist(member, "JoinQueue", Wishes(Waits), cancel)));
        var calls = await Task.WhenAll(_waiting.Concat(_coming).Select(member => member.Started)).WaitAsync(cancel);
        var last = calls.Max(call => call.At);
        await HangUp(_waiting, cancel);
        return (Stopwatch.GetElapsedTime(begin, last).TotalSeconds, await inviting);
    }

    /// <summary>How far they have come, when it is not far enough.</summary>
    public string Progress => $"{Started(_waiting)} of {Pairs} who waited and {Started(_coming)} of {Pairs} who came are in a call; "
        + $"the invite {(_invited.Invited.IsCompletedSuccessfully ? "rang" : "did not ring")}, "
        + $"its call {(_inviter.Started.IsCompletedSuccessfully ? "began" : "did not begin")}";

    private static int Started(Member[] members) => members.Count(member => member.Started.IsCompletedSuccessfully);

    private static string Wishes(string gender) => $"[{{\"wants\":[\"{gender}\"],\"callSeconds\":60}}]";

    private async Task<double> Invite(long begin, CancellationToken cancel)
    {
        await Insist(_invited, "SetAvailable", "[true]", cancel);
        await Insist(_inviter, "Invite", $"[{Json.Text(_invited.Id)},60]", cancel);
        var invite = await _invited.Invited.WaitAsync(cancel);
        await Insist(_invited, "AcceptInvite", $"[{Json.Text(invite.Value.InviteId)},60]", cancel);
        var started = await _inviter.Started.WaitAsync(cancel);
        await HangUp([_inviter], cancel);
        return Stopwatch.GetElapsedTime(begin, started.At).TotalSeconds;
    }

    private static async Task HangUp(IEnumerable<Member> members, CancellationToken cancel)
    {
        foreach (var member in members)
        {
            var call = await member.Started;
            (await member.Invoke("EndCall", $"[{Json.Text(call.Value.CallId)}]", cancel)).Require();
            await member.Ended.WaitAsync(cancel);
        }
    }

    /// <summary>Until it is not <c>unavailable</c> any more.</summary>
    private static async Task Insist(Member member, string method, string arguments, CancellationToken cancel)
    {
        while (await member.Invoke(method, arguments, cancel) is { Code: { } code } reply)
        {
            if (code != "unavailable")
            {
                reply.Require();
            }

            await Task.Delay(TryAgainAfter, cancel);
        }
    }
}
