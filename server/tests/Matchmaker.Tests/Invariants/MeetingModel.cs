using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Presence;

namespace Matchmaker.Tests.Invariants;

/// <summary>
/// A few people in a world in memory who do as the steps say, and what must hold after each step. It keeps its own
/// account of blocks, cooldowns and calls, from what the server told, and compares.
/// </summary>
internal sealed class MeetingModel
{
    private const int MaxTabs = 2;
    private readonly World _world;
    private readonly Person[] _people;
    private readonly List<Connection>[] _open;
    private readonly QueueWishes?[] _wishes;
    private readonly HashSet<(Guid, Guid)> _blocked = [];
    private readonly Dictionary<(Guid, Guid), DateTimeOffset> _notBefore = [];
    private readonly Dictionary<Guid, LiveCall> _running = [];
    private readonly Dictionary<Guid, (LiveCall Call, CallEnded End)> _ended = [];
    private readonly Dictionary<Guid, InviteOutcome> _endedInvites = [];
    private readonly List<Guid> _invites = [];
    private readonly List<string> _wrong = [];

    private MeetingModel(World world, Person[] people)
    {
        (_world, _people) = (world, people);
        _open = [.. people.Select(p => new List<Connection> { p.Connection })];
        _wishes = new QueueWishes?[people.Length];
        world.Pairing.Lead(1);
        world.Calls.Started += Started;
        world.Ending.Ended += Ended;
    }

    public int CallsSeen => _running.Count + _ended.Count;

    public static async Task<MeetingModel> Create(World world, int people)
    {
        var entered = new Person[people];
        for (var i = 0; i < people; i++)
        {
            entered[i] = await world.Enter((Gender)(i % 4));
            await world.PresenceStore.SetAvailable(entered[i].Id, true);
        }

        return new MeetingModel(world, entered);
    }

    /// <summary>One thing happens, and all that follows from it at once.</summary>
    public async Task Step(uint number)
    {
        var (a, b) = ((int)(number / 16 % _people.Length), (int)(number / 256 % _people.Length));
        var length = 60 + (int)(number / 4096 % 100);
        var one = _open[a] is [.., var newest] ? newest : null;
        switch (number % 16)
        {
            case 0:
                var tab = _open[a].Count > 0 && number / 4096 % 2 == 0 ? _open[a][0].Tab : null;
                var opened = await _world.Connect(_people[a], tab);
                _open[a].RemoveAll(c => c.Tab == opened.Tab);
                _open[a].Add(opened);
                if (_open[a].Count > MaxTabs)
                {
                    _open[a].RemoveAt(0);
                }

                await _world.Get<Resuming>().Snapshot(opened, takeCall: number / 8192 % 2 == 0);
                break;
            case 1 or 2 when one is not null:
                _open[a].Remove(one);
                await _world.Presence.Close(one);
                break;
            case 3 when one is not null:
                await _world.Presence.SetAvailable(one.Card, number / 4096 % 4 != 0);
                break;
            case 4 or 5 or 6 when one is not null:
                var wishes = new QueueWishes(number / 4096 % 3 == 0 ? [(Gender)(number / 16_384 % 4)] : null, CallSeconds: length);
                if ((await _world.Queue.Join(one, wishes)).No is null)
                {
                    _wishes[a] = wishes;
                }

                break;
            case 7:
                await _world.Queue.Leave(_people[a].Id);
                break;
            case 8 or 9 when one is not null:
                if ((await _world.Invites.Invite(one, _people[b].Id, length)).Value is { } asked)
                {
                    _invites.Add(asked.InviteId);
                }

                break;
            case 10 when _invites.Count > 0:
                // Mostly by the one who was asked.
                var who = number / 4096 % 4 == 0 ? a : await Asked(Some(number)) ?? a;
                if (_open[who] is [.., var theirs])
                {
                    await Accept(who, theirs, Some(number), length);
                }

                break;
            case 11 when _invites.Count > 0:
                var decliner = await Asked(Some(number)) ?? a;
                Remember(Some(number), await _world.Invites.Decline(_people[decliner].Id, Some(number)) is { No: null }, InviteOutcome.Declined);
                break;
            case 12 when _invites.Count > 0:
                Remember(Some(number), await _world.Invites.Rescind(_people[a].Id, Some(number)) is { No: null }, InviteOutcome.Rescinded);
                break;
            case 13 when _running.Values.FirstOrDefault(c => c.Has(_people[a].Id)) is { } call:
                await _world.Ending.HangUp(_people[a].Id, call.CallId, EndReason.Hangup);
                break;
            case 14 when a != b && number / 4096 % 4 == 0:
                _blocked.Add(Pair(_people[a].Id, _people[b].Id));
                await _world.Safety.Block(_people[a].Id, _people[b].Id);
                break;
            case 15:
                await Pass(number);
                break;
        }

        await Settle();
    }

    /// <summary>What is wrong now, in words.</summary>
    public async Task<IReadOnlyList<string>> Violations()
    {
        var wrong = new List<string>(_wrong);
        wrong.AddRange(await _world.Violations());
        wrong.AddRange(_running.Values.SelectMany(c => new[] { c.Initiator.UserId, c.Other.UserId }).GroupBy(u => u).Where(g => g.Count() > 1)
            .Select(g => $"INV-01 a user is in two calls: {g.Key}"));
        foreach (var person in _people)
        {
            var running = _running.Values.FirstOrDefault(c => c.Has(person.Id));
            if ((await _world.CallStore.FindActive(person.Id))?.CallId != running?.CallId || _world.Get<LiveCalls>().OfUser(person.Id) != running)
            {
                wrong.Add($"INV-01 the server and its events disagree about the call of {person.Id}");
            }

            // On hold, a place may outlive its ticket by a moment of the sweep.
            var mine = _world.Queue.Mine.SingleOrDefault(m => m.Ticket.UserId == person.Id);
            var ticket = await _world.MatchStore.Find(person.Id);
            if (mine is { HeldSince: null } && mine.Ticket.TicketId != ticket?.TicketId)
            {
                wrong.Add($"INV-03 the ticket of {person.Id} is not the one in the store");
            }

            if (mine is not null && running is not null)
            {
                wrong.Add($"INV-04 {person.Id} waits beside a call");
            }

            var history = await _world.CallStore.History(person.Id, 1000, null);
            var expected = _ended.Values.Where(e => e.Call.Has(person.Id) && e.End.Recorded == Recorded.Yes).Select(e => e.Call.CallId);
            if (!history.Select(h => h.CallId).Order().SequenceEqual(expected.Order()))
            {
                wrong.Add($"INV-09 the history of {person.Id} is not what ended");
            }
        }

        foreach (var (id, outcome) in _endedInvites)
        {
            if (await _world.InviteStore.Find(id) is { } invite && invite.Outcome != outcome)
            {
                wrong.Add($"INV-08 an invite that was {outcome} is {invite.Outcome}: {id}");
            }
        }

        return wrong;
    }

    private async Task<int?> Asked(Guid invite) =>
        await _world.InviteStore.Find(invite) is { } found ? Array.FindIndex(_people, p => p.Id == found.ToUserId) : null;

    private async Task Accept(int a, Connection from, Guid invite, int length)
    {
        var accepted = (await _world.Invites.Accept(from, invite, length)).Value;
        if (accepted is not null && _endedInvites.TryGetValue(invite, out var before) && before != InviteOutcome.Accepted)
        {
            _wrong.Add($"INV-08 an invite that was {before} was accepted by {a}: {invite}");
        }

        Remember(invite, accepted is not null, InviteOutcome.Accepted);
    }

    private void Remember(Guid invite, bool done, InviteOutcome outcome)
    {
        if (done && _endedInvites.TryAdd(invite, outcome) && outcome is InviteOutcome.Declined or InviteOutcome.Rescinded
            && _world.Outbox.InviteEnded(invite) is { } ended)
        {
            Cool(ended.FromUserId, ended.ToUserId, TimeSpan.FromHours(outcome == InviteOutcome.Declined ? 24 : 1));
        }
    }

    private async Task Pass(uint number)
    {
        TimeSpan[] steps = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(21), TimeSpan.FromSeconds(40), TimeSpan.FromHours(1), TimeSpan.FromHours(25)];
        await _world.Pass(steps[number / 16 % steps.Length]);
        foreach (var id in _world.Get<LiveInvites>().Due())
        {
            if (await _world.Get<LiveInvites>().End(id, InviteOutcome.Expired, TimeSpan.FromMinutes(10)) && _world.Outbox.InviteEnded(id) is { } ended)
            {
                _endedInvites[id] = InviteOutcome.Expired;
                Cool(ended.FromUserId, ended.ToUserId, TimeSpan.FromMinutes(10));
            }
        }

        _world.Queue.ForgetHeld();
        await _world.Sweep(); // marks who is away
        await _world.Sweep();
    }

    // Everything that the workers would do now.
    private async Task Settle()
    {
        _world.Pairing.Tick(100);
        while (await _world.Pairing.Run(10))
        {
        }

        foreach (var ending in _running.Values.Select(c => c.Ending).OfType<Task<CallEnded>>().ToList())
        {
            await ending;
        }
    }

    private void Started(LiveCall call)
    {
        var (a, b) = (call.Initiator.UserId, call.Other.UserId);
        if (a == b)
        {
            _wrong.Add($"INV-02 a call with oneself: {call.CallId}");
        }

        if (_blocked.Contains(Pair(a, b)))
        {
            _wrong.Add($"INV-05 a call of two who block each other: {call.CallId}");
        }

        if (_notBefore.TryGetValue(Pair(a, b), out var until) && until > _world.Time.GetUtcNow())
        {
            _wrong.Add($"INV-05 a call in a cooldown: {call.CallId}");
        }

        if (call.Origin == CallOrigin.Queue && (!Wants(a, b) || !Wants(b, a)))
        {
            _wrong.Add($"INV-05 a call against somebody's wishes: {call.CallId}");
        }

        if (!_running.TryAdd(call.CallId, call))
        {
            _wrong.Add($"INV-09 a call began twice: {call.CallId}");
        }
    }

    private void Ended(LiveCall call, CallEnded end)
    {
        if (!_running.Remove(call.CallId) || !_ended.TryAdd(call.CallId, (call, end)) || end.Seconds < 0 || end.Seconds > call.CallSeconds)
        {
            _wrong.Add($"INV-09 a call ended twice, or with a wrong length: {call.CallId}");
        }

        // It counts from the end for the two, which may be earlier than its being noticed.
        var isShort = end.Reason == EndReason.PartnerLost || end.Seconds < 5;
        var at = _world.Time.GetUtcNow() - _world.Time.GetElapsedTime(call.StartedStamp) + TimeSpan.FromSeconds(end.Seconds);
        Cool(call.Initiator.UserId, call.Other.UserId, at + (isShort ? TimeSpan.FromMinutes(5) : TimeSpan.FromHours(24)));
    }

    private void Cool(Guid a, Guid b, TimeSpan by) => Cool(a, b, _world.Time.GetUtcNow() + by);

    private void Cool(Guid a, Guid b, DateTimeOffset until) =>
        _notBefore[Pair(a, b)] = _notBefore.TryGetValue(Pair(a, b), out var known) && known > until ? known : until;

    private bool Wants(Guid one, Guid other)
    {
        var wants = _wishes[Array.FindIndex(_people, p => p.Id == one)]?.Wants;
        return wants is null || wants.Contains(_people.Single(p => p.Id == other).Card.Gender);
    }

    private Guid Some(uint number) => _invites[^(1 + (int)(number / 65_536 % Math.Min(3, _invites.Count)))];

    private static (Guid, Guid) Pair(Guid a, Guid b) => a.CompareTo(b) < 0 ? (a, b) : (b, a);
}
