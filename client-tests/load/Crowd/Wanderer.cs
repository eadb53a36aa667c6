using System.Diagnostics;
using System.Threading.Channels;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>
/// One person over minutes: browses, searches, invites, talks, writes, hangs up, again and again. What can be refused in
/// the best of orders (the other one was faster) is counted; anything else is a failure.
/// </summary>
internal sealed class Wanderer
{
    private const int CallSeconds = 60;

    /// <summary>An invite rings for 20 s; a little later it is surely over.</summary>
    private const int RingsFor = 22_000;

    private static readonly TimeSpan PlaceIsKept = TimeSpan.FromSeconds(25);

    private static readonly HashSet<string> _mayBe =
        ["busy", "cooldown", "invite_gone", "not_in_call", "not_here", "partner_away", "too_many_invites"];

    private readonly Member _member;
    private readonly IReadOnlyList<Member> _others;
    private readonly Random _random;
    private readonly Wanderers _all;
    private readonly Channel<object> _heard = Channel.CreateBounded<object>(64);
    private CallStarted? _call;
    private long _until;

    // When a place in the queue was asked for that was given; 0 without one.
    private long _joined;

    public Wanderer(Member member, IReadOnlyList<Member> others, Random random, Wanderers all)
    {
        (_member, _others, _random, _all) = (member, others, random, all);
        member.OnStarted += Hear;
        member.OnEnded += Hear;
        member.OnInvited += Hear;
        member.OnMissedEnd += callId => Hear(new MissedEnd(callId));
        member.OnResumed += Resumed;
    }

    public int Number => _member.Number;

    /// <summary>For that long; then hangs up, leaves and stays connected.</summary>
    public async Task Wander(TimeSpan time, CancellationToken cancel)
    {
        _until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        await Rest(0, 3, cancel);
        while (Left > 0)
        {
            switch (_random.Next(10))
            {
                case < 4:
                    await Browse(cancel);
                    break;
                case 4 when Left > RingsFor:
                    await Invite(cancel);
                    break;
                default:
                    await Search(cancel);
                    break;
            }

            while (_call is not null)
            {
                await Talk(_call, _random.Next(8, 25), cancel);
            }
        }

        await Withdraw(cancel);
    }

    /// <summary>Milliseconds until this one withdraws.</summary>
    private int Left => (int)Math.Max(0, Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _until).TotalMilliseconds);

    private async Task Withdraw(CancellationToken cancel)
    {
        while (!_member.IsGone
            && (!await Try("SetAvailable", "[false]", cancel) || !await Try("UnwatchLobby", "[]", cancel) || !await Try("LeaveQueue", "[]", cancel)))
        {
            await Rest(1, 1, cancel);
        }

        // A match may have been on its way.
        await Hearing(1000, cancel);
        while (_call is not null)
        {
            await Talk(_call, seconds: 0, cancel);
        }
    }

    private async Task Browse(CancellationToken cancel)
    {
        await Try("SetAvailable", "[true]", cancel);
        await Try("WatchLobby", "[{}]", cancel);
        await Listen(Math.Min(Left, _random.Next(5_000, 15_000)), cancel);
        if (_call is null)
        {
            await Try("UnwatchLobby", "[]", cancel);
        }
    }

    private async Task Search(CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        var joined = await _all.Joins.Time(() => Try("JoinQueue", "[{\"callSeconds\":60}]", cancel));
        Volatile.Write(ref _joined, joined ? begin : 0);
        await Listen(Math.Min(Left, joined ? 20_000 : 2_000), cancel);
        Volatile.Write(ref _joined, 0);
        if (_call is null)
        {
            await Try("LeaveQueue", "[]", cancel);
        }
    }

    private async Task Invite(CancellationToken cancel)
    {
        var other = _others[_random.Next(_others.Count)];
        if (other != _member && await Try("Invite", $"[{Json.Text(other.Id)},{CallSeconds}]", cancel))
        {
            await Listen(RingsFor, cancel);
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
                    await (_random.Next(4) > 0
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

    /// <summary>A signal a second and a line every four; the initiator hangs up after <paramref name="seconds"/>. A line that
    /// could not be stored is sent again until it is, or until the call is over.</summary>
    private async Task Talk(CallStarted call, int seconds, CancellationToken cancel)
    {
        _all.InCall(+1);
        var id = Json.Text(call.CallId);
        int? line = null;
        for (var second = 0; ReferenceEquals(_call, call); second++)
        {
            if ((call.Initiator && second >= seconds) || Left == 0)
            {
                await Try("EndCall", $"[{id}]", cancel);
            }
            else if (await Timed(_all.Signals, _all.SignalsInTrouble, () => Signal(call, id, cancel)))
            {
                line ??= second % 4 == 1 ? second : null;
                if (line is { } number && await Timed(_all.Chats, _all.ChatsInTrouble, () => Say(call.CallId, number, cancel)))
                {
                    line = null;
                }
            }

            await Hearing(1000, cancel);
        }

        _all.InCall(-1);
        _all.Calls.Count();
    }

    /// <summary>A signal that a cut interrupts is not sent again: nobody knows whether it has gone.</summary>
    private async Task<bool> Signal(CallStarted call, string id, CancellationToken cancel)
    {
        (SignalBook.Sent? sent, var data) = _all.Book is { } book ? book.Next(_member, call) : (null, _all.Candidate);
        try
        {
            (await _member.Hub.Invoke("Signal", $"[{id},\"ice\",{data}]", cancel)).Require();
            sent?.IsAcknowledged = true;
            return true;
        }
        catch (RefusedException lost) when (lost.Code == "connection_lost" && _member.ComesBack)
        {
            await _member.Return(cancel);
            return false;
        }
        catch (RefusedException refused)
        {
            Refused("Signal", refused);
            return false;
        }
    }

    /// <summary>False when it should be sent again.</summary>
    private async Task<bool> Say(string callId, int number, CancellationToken cancel)
    {
        var begin = Stopwatch.GetTimestamp();
        try
        {
            _all.Ledger.Trying(callId);
            var reply = await _member.Invoke(
                "SendChat", $"[{Json.Text(callId)},\"{number}\",\"How are you, {number} seconds in?\"]", cancel);
            _all.Ledger.Acknowledged(callId, reply.Read(Messages.Default.ChatValue).Id);
            _all.Wrote?.Invoke(begin);
            return true;
        }
        catch (RefusedException refused)
        {
            Refused("SendChat", refused);
            return refused.Code != "unavailable";
        }
    }

    private Task<bool> Timed(Timings usually, Timings inTrouble, Func<Task<bool>> act) => (_all.InTrouble ? inTrouble : usually).Time(act);

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
                _all.Report.Fail($"user {_member.Number} is put into call {started.CallId} while in {other.CallId}");
            }

            _call = started;
        }
        else if ((heard as CallEnded)?.CallId == _call?.CallId || (heard as MissedEnd)?.CallId == _call?.CallId)
        {
            _call = null;
        }
    }

    private async Task<bool> Try(string method, string arguments, CancellationToken cancel)
    {
        try
        {
            (await _member.Invoke(method, arguments, cancel)).Require();
            return true;
        }
        catch (RefusedException refused)
        {
            Refused(method, refused);
            return false;
        }
    }

    private void Refused(string method, RefusedException refused)
    {
        _all.Refused.Add($"{method} {refused.Code}");
        var expected = refused.Code == "unavailable"
            ? method is "Invite" or "AcceptInvite" || _all.Excuses(method)
            : _mayBe.Contains(refused.Code);
        if (!expected)
        {
            _all.Report.Fail($"user {_member.Number}: {method} was refused: {refused.Message}");
        }
    }

    /// <summary>A place is kept for half a minute without a connection.</summary>
    private void Resumed(ResumeValue value)
    {
        if (Volatile.Read(ref _joined) is var joined and not 0 && value.Queue is null && value.Call is null
            && Stopwatch.GetElapsedTime(_member.LostAt) < PlaceIsKept)
        {
            _all.WithoutPlace.Enqueue((_member, joined));
        }
    }

    private void Hear(object what)
    {
        if (!_heard.Writer.TryWrite(what))
        {
            _all.Report.Fail($"user {_member.Number} hears more than it takes");
        }
    }

    private Task Rest(int from, int to, CancellationToken cancel) => Task.Delay(_random.Next(from * 1000, (to * 1000) + 1), cancel);

    private sealed record MissedEnd(string CallId);
}
