using System.Diagnostics;
using System.Threading.Channels;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>
/// One person over minutes: browses, searches, invites, talks, writes, hangs up, again and again. What can be refused in
/// the best of orders (the other one was faster) is counted; anything else is a failure.
/// </summary>
internal sealed class Wanderer(Member member, IReadOnlyList<Member> others, Random random, Wanderers all)
{
    private const int CallSeconds = 60;
    private static readonly HashSet<string> _mayBe =
        ["busy", "cooldown", "invite_gone", "not_in_call", "not_here", "partner_away", "too_many_invites", "unavailable"];

    private readonly Channel<object> _heard = Channel.CreateBounded<object>(64);
    private CallStarted? _call;

    public async Task Wander(TimeSpan time, CancellationToken cancel)
    {
        member.OnStarted = Hear;
        member.OnEnded = Hear;
        member.OnInvited = Hear;
        var begin = Stopwatch.GetTimestamp();
        await Rest(0, 3, cancel);
        while (Stopwatch.GetElapsedTime(begin) < time)
        {
            switch (random.Next(10))
            {
                case < 4:
                    await Browse(cancel);
                    break;
                case < 9:
                    await Search(cancel);
                    break;
                default:
                    await Invite(cancel);
                    break;
            }

            while (_call is not null)
            {
                await Talk(_call, cancel);
            }
        }
    }

    private async Task Browse(CancellationToken cancel)
    {
        await Try("SetAvailable", "[true]", cancel);
        await Try("WatchLobby", "[{}]", cancel);
        await Listen(random.Next(5_000, 15_000), cancel);
        if (_call is null)
        {
            await Try("UnwatchLobby", "[]", cancel);
        }
    }

    private async Task Search(CancellationToken cancel)
    {
        await all.Joins.Time(() => Try("JoinQueue", "[{\"callSeconds\":60}]", cancel));
        await Listen(20_000, cancel);
        if (_call is null)
        {
            await Try("LeaveQueue", "[]", cancel);
        }
    }

    private async Task Invite(CancellationToken cancel)
    {
        var other = others[random.Next(others.Count)];
        if (other != member && await Try("Invite", $"[{Json.Text(other.Id)},{CallSeconds}]", cancel))
        {
            await Listen(22_000, cancel);
        }
        else
        {
            await Rest(1, 3, cancel);
        }
    }

    /// <summary>Until a call begins or the time is over; an invite is mostly accepted.</summary>
    private async Task Listen(int milliseconds, CancellationToken cancel)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        time.CancelAfter(milliseconds);
        try
        {
            while (_call is null)
            {
                Take(await _heard.Reader.ReadAsync(time.Token), out var invite);
                if (invite is not null)
                {
                    var id = Json.Text(invite.InviteId);
                    await (random.Next(4) > 0
                        ? Try("AcceptInvite", $"[{id},{CallSeconds}]", cancel)
                        : Try("DeclineInvite", $"[{id}]", cancel));
                }
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Nothing came.
        }
    }

    private async Task Talk(CallStarted call, CancellationToken cancel)
    {
        all.InCall(+1);
        var id = Json.Text(call.CallId);
        var seconds = random.Next(8, 25);
        for (var second = 0; ReferenceEquals(_call, call); second++)
        {
            if (call.Initiator && second >= seconds)
            {
                await Try("EndCall", $"[{id}]", cancel);
            }
            else if (await all.Signals.Time(() => Try("Signal", $"[{id},\"ice\",{all.Candidate}]", cancel)) && second % 4 == 1)
            {
                await all.Chats.Time(() => Try("SendChat", $"[{id},\"{second}\",\"How are you, {second} seconds in?\"]", cancel));
            }

            await Hearing(1000, cancel);
        }

        all.InCall(-1);
        all.Calls.Count();
    }

    private async Task Hearing(int milliseconds, CancellationToken cancel)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        time.CancelAfter(milliseconds);
        try
        {
            Take(await _heard.Reader.ReadAsync(time.Token), out _);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Nothing came.
        }
    }

    private void Take(object heard, out InviteReceived? invite)
    {
        invite = heard as InviteReceived;
        if (heard is CallStarted started)
        {
            if (_call is { } other && other.CallId != started.CallId)
            {
                all.Report.Fail($"user {member.Number} is put into call {started.CallId} while in {other.CallId}");
            }

            _call = started;
        }
        else if (heard is CallEnded ended && ended.CallId == _call?.CallId)
        {
            _call = null;
        }
    }

    private async Task<bool> Try(string method, string arguments, CancellationToken cancel)
    {
        try
        {
            (await member.Hub.Invoke(method, arguments, cancel)).Require();
            return true;
        }
        catch (RefusedException refused)
        {
            all.Refused.Add($"{method} {refused.Code}");
            if (!_mayBe.Contains(refused.Code))
            {
                all.Report.Fail($"user {member.Number}: {method} was refused: {refused.Message}");
            }

            return false;
        }
    }

    private void Hear(object what)
    {
        if (!_heard.Writer.TryWrite(what))
        {
            all.Report.Fail($"user {member.Number} hears more than it takes");
        }
    }

    private Task Rest(int from, int to, CancellationToken cancel) => Task.Delay(random.Next(from * 1000, (to * 1000) + 1), cancel);
}
