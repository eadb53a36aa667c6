using Matchmaker.Features.Presence;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Matching;

/// <summary>Follows the invites of this instance's people that others make and end, and their places and tickets in the queue.</summary>
internal sealed class MatchingElsewhere : IFollower
{
    private const int MaxWaiting = 10_000;

    private readonly IInviteStore _store;
    private readonly IMatchStore _tickets;
    private readonly LiveInvites _live;
    private readonly Queue _queue;
    private readonly ConnectionManager _connections;
    private readonly IOutbox _outbox;
    private readonly ILogger<MatchingElsewhere> _logger;
    private readonly InTurn _work;

    public MatchingElsewhere(
        IInviteStore store, IMatchStore tickets, LiveInvites live, Queue queue, Intake intake, ConnectionManager connections, IOutbox outbox,
        ICarrier carrier, ILogger<MatchingElsewhere> logger)
    {
        (_store, _tickets, _live, _queue, _connections, _outbox, _logger) = (store, tickets, live, queue, connections, outbox, logger);
        _work = new InTurn(MaxWaiting, Failed);
        carrier.On(MatchingTopics.Rings, rings => _work.Add(() => Hear(rings)));
        carrier.On(MatchingTopics.InviteOver, over => _work.Add(() => Hear(over)));
        carrier.On(MatchingTopics.TicketMoved, moved =>
        {
            queue.HearMoved(moved);
            if (moved.Number is not null)
            {
                intake.Hear(moved.UserId);
            }
        });
        carrier.On(MatchingTopics.Places, Hear);
    }

    /// <summary>What was heard and waits to be done.</summary>
    public InTurn Work => _work;

    public async Task CatchUp()
    {
        await CatchUpInvites();
        await CatchUpTickets();
    }

    private async Task CatchUpInvites()
    {
        var before = _live.All();
        var users = _connections.All().Select(c => c.UserId).ToHashSet();
        if (users.Count == 0)
        {
            return;
        }

        var ringing = await _store.LiveOf(users);
        foreach (var invite in ringing)
        {
            _live.HearRings(invite);
        }

        foreach (var invite in before.ExceptBy(ringing.Select(r => r.InviteId), i => i.InviteId)
            .Where(i => users.Contains(i.From.Id) || users.Contains(i.ToUserId)))
        {
            // One that has rung out is ended by the clock of whoever looks first.
            if (await _store.Find(invite.InviteId) is { Outcome: { } outcome } row)
            {
                _live.HearOver(new InviteEnded(row.InviteId, row.From.Id, row.ToUserId, outcome, null));
            }
        }
    }

    // One that moved or left through another instance has another row by now, or none.
    private async Task CatchUpTickets()
    {
        var tickets = _queue.Mine.Where(l => l.HeldSince is null).Select(l => l.Ticket).ToList();
        if (tickets.Count == 0)
        {
            return;
        }

        var waiting = await _tickets.StillWaiting(tickets.ConvertAll(t => t.UserId));
        foreach (var ticket in tickets.Where(t => !waiting.TryGetValue(t.UserId, out var row) || row.TicketId != t.TicketId))
        {
            await _queue.Drop(ticket);
        }
    }

    private async Task Hear(InviteRings rings)
    {
        if ((_connections.IsOnline(rings.From) || _connections.IsOnline(rings.To))
            && await _store.Find(rings.InviteId) is { Outcome: null } invite)
        {
            _live.HearRings(invite);
        }
    }

    private Task Hear(InviteEnded over)
    {
        _live.HearOver(over);
        return Task.CompletedTask;
    }

    private void Hear(PlaceTold[] places)
    {
        foreach (var place in places.Where(p => _queue.Find(p.UserId)?.Ticket.TicketId == p.TicketId))
        {
            _outbox.ToUser(place.UserId, MatchingEvents.QueueStatus, place.Status, supersede: "queueStatus");
        }
    }

    private void Failed(Exception e)
    {
        if (DatabaseFailure.IsAway(e))
        {
            MatchingLog.FollowDelayed(_logger);
        }
        else
        {
            MatchingLog.FollowFailed(_logger, e);
        }
    }
}
