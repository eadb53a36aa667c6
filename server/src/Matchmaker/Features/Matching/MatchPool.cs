namespace Matchmaker.Features.Matching;

/// <summary>
/// Everybody who waits to be matched, and who may be matched next. One owner, one thread at a time (the owner locks);
/// no clock, no I/O. A user is in it at most once: waiting, or in flight in exactly one proposed pair.
///
/// The way of a ticket: <see cref="Add"/> puts it in line and notes that somebody should be looked for;
/// <see cref="Propose"/> looks for those noted and takes pairs out; the owner starts the call and answers for each
/// side with <see cref="Settle"/> (it began) or <see cref="Return"/> (it came to nothing: same place as before).
/// <see cref="Tick"/> widens wishes and notes a few tickets in turn for another look, because one look considers only
/// some of the candidates (<see cref="CandidateSearch"/>) and because cooldowns lapse.
///
/// No call considers more tickets when more are waiting; it pays the logarithm of a search, and <see cref="Position"/>
/// one addition for each chunk of the line.
/// </summary>
internal sealed partial class MatchPool
{
    private readonly MatchRules _rules;
    private readonly Dictionary<Guid, PoolEntry> _byUser = [];
    private readonly TicketLane _line = new();
    private readonly TicketIndex _index = new();
    private readonly CandidateSearch _search;
    private readonly WaitEstimate _waits;
    private readonly LinkedList<PoolEntry> _toLook = new();
    private readonly WideningMarks _marks;
    private Pass _round = Pass.NotBegun;
    private long _lastTurn;

    public MatchPool(MatchRules rules)
    {
        _rules = rules;
        _search = new CandidateSearch(_index, rules);
        _waits = new WaitEstimate(rules);
        _marks = new WideningMarks(Widening.Stages(rules));
    }

    /// <summary>Waiting, without those in flight.</summary>
    public int Count => _line.Count;

    public int InFlight => _byUser.Count - _line.Count;

    /// <summary>Tickets noted for a look: while above 0, another Propose has work to do.</summary>
    public int ToLook => _toLook.Count;

    /// <summary>Candidates considered since the start, for metrics.</summary>
    public long CandidatesConsidered => _search.Considered;

    /// <summary>In the queue as the user sees it: waiting, or in flight without having left.</summary>
    public bool Contains(Guid userId) => Find(userId) is not null;

    public List<Ticket> Tickets() => [.. _byUser.Values.Where(e => e.Flight is null).Select(e => e.Ticket)];

    /// <summary>The ticket of somebody in the queue, also in flight; null when there is none.</summary>
    public Ticket? Find(Guid userId) =>
        !_byUser.TryGetValue(userId, out var entry) ? null
        : entry.Flight is null ? entry.Ticket
        : entry.Flight.ComesBack;

    /// <summary>
    /// Puts a ticket in line. Of a user who is in the queue already it replaces the wishes and keeps the joining time;
    /// in flight it waits for the outcome. Answers whether the user is new in the queue.
    /// </summary>
    public bool Add(Ticket ticket, DateTimeOffset now)
    {
        if (!_byUser.TryGetValue(ticket.UserId, out var entry))
        {
            PutInLine(ticket, new Place(ticket.JoinedAt.UtcTicks, ++_lastTurn), now);
            return true;
        }

        if (entry.Flight is null)
        {
            TakeOutOfLine(entry);
            ticket.Succeed(entry.Ticket);
            PutInLine(ticket, entry.Place, now);
            return false;
        }

        return entry.Flight.AskAgain(ticket);
    }

    /// <summary>Takes a user out of the queue; of one in flight, nothing will come back. Null when not in the queue.</summary>
    public Ticket? Remove(Guid userId)
    {
        if (!_byUser.TryGetValue(userId, out var entry))
        {
            return null;
        }

        if (entry.Flight is { } flight)
        {
            return flight.Leave();
        }

        TakeOutOfLine(entry);
        _byUser.Remove(userId);
        return entry.Ticket;
    }

    /// <summary>
    /// Looks for those noted, first come first served, and takes the pairs found out of the line. Stops at
    /// <paramref name="maxPairs"/> pairs or <see cref="MatchRules.TicketsPerPropose"/> looks.
    /// </summary>
    public List<ProposedPair> Propose(int maxPairs, DateTimeOffset now)
    {
        var pairs = new List<ProposedPair>();
        for (var looks = 0; looks < _rules.TicketsPerPropose && pairs.Count < maxPairs && ToLook > 0; looks++)
        {
            var seeker = _toLook.First!.Value;
            DoNotLook(seeker);
            if (_search.Look(seeker, _line.Last, now) is { } partner)
            {
                TakeOff(seeker, now);
                TakeOff(partner, now);
                pairs.Add(new ProposedPair(seeker.Ticket, partner.Ticket));
            }
        }

        return pairs;
    }

    /// <summary>
    /// A proposed pair came to nothing and this side still wants to meet: back in line at its old place. False when
    /// the user has left meanwhile. What stood in the way belongs into the ticket (<see cref="Ticket.AddAvoid(Guid)"/>)
    /// or one side stays out; else the same two are proposed again.
    /// </summary>
    public bool Return(Ticket ticket, DateTimeOffset now)
    {
        if (TryLand(ticket.UserId) is not { } entry || entry.Flight!.ComesBack is not { } comesBack)
        {
            return false;
        }

        if (entry.Flight.HasLeft)
        {
            comesBack.AvoidAlso(ticket);
            return Add(comesBack, now);
        }

        comesBack.Succeed(ticket);
        PutInLine(comesBack, entry.Place, now);
        return true;
    }

    /// <summary>
    /// A proposed pair became a call; its wait counts for the estimates. If the user has asked again meanwhile, with
    /// another ticket, that one is in line from now on.
    /// </summary>
    public void Settle(Ticket ticket, DateTimeOffset now)
    {
        if (TryLand(ticket.UserId) is not { } entry)
        {
            return;
        }

        _waits.Record(ticket, entry.Flight!.Waited);
        if (entry.Flight.ComesBack is { } comesBack && comesBack.TicketId != ticket.TicketId)
        {
            Add(comesBack, now);
        }
    }

    /// <summary>
    /// Bounded upkeep, to be followed by <see cref="Propose"/>: widens what is due, then notes the next tickets in
    /// turn for a look; at most <paramref name="maxTickets"/> at each stage of widening and in the turn. Returns the
    /// tickets that widened.
    /// </summary>
    public List<Ticket> Tick(DateTimeOffset now, int maxTickets)
    {
        var widened = new List<Ticket>();
        foreach (var entry in _marks.TakeDue(_line, now, maxTickets))
        {
            Widen(entry, now, widened);
        }

        LookAgain(now, maxTickets, widened);
        return widened;
    }

    /// <summary>1 for the longest waiting; an estimate, since who fits decides. Null when not in the queue.</summary>
    public int? Position(Guid userId) =>
        Contains(userId) ? _line.CountBefore(_byUser[userId].Place) + 1 : null;

    /// <summary>Whole seconds this ticket will probably still wait.</summary>
    public int EstimateWait(Ticket ticket, DateTimeOffset now) => _waits.SecondsLeft(ticket, now);

    private void LookAgain(DateTimeOffset now, int maxTickets, List<Ticket> widened)
    {
        if (Count == 0)
        {
            return;
        }

        _round = _round.BeginIfNeeded(_line.Last);
        var reader = _line.ReadAfter(_round.After);
        var noted = 0;
        for (; noted < maxTickets && reader.MoveNext() && reader.Place <= _round.Until; noted++)
        {
            // Widens here too: after a step back of the clock, somebody may stand behind a mark and not be due yet.
            Widen(reader.Entry, now, widened);
            NoteToLook(reader.Entry);
            _round = _round.MovedTo(reader.Place);
        }

        if (noted < maxTickets || _round.After >= _round.Until)
        {
            _round = Pass.NotBegun;
        }
    }

    private void Widen(PoolEntry entry, DateTimeOffset now, List<Ticket> widened)
    {
        var wide = Widening.At(entry.Ticket, now, _rules);
        if (wide == entry.Widened)
        {
            return;
        }

        // Readers of the line stay valid: only the lanes of the index change.
        _index.Remove(entry);
        entry.Widened = wide;
        _index.Insert(entry);
        entry.Pass = Pass.NotBegun;
        NoteToLook(entry);
        widened.Add(entry.Ticket);
    }

    private void PutInLine(Ticket ticket, Place place, DateTimeOffset now)
    {
        var entry = new PoolEntry(ticket, place) { Widened = Widening.At(ticket, now, _rules) };
        _byUser[ticket.UserId] = entry;
        _line.Insert(entry);
        _index.Insert(entry);
        NoteToLook(entry);
    }

    private void TakeOutOfLine(PoolEntry entry)
    {
        _line.Remove(entry);
        _index.Remove(entry);
        DoNotLook(entry);
    }

    private void TakeOff(PoolEntry entry, DateTimeOffset now)
    {
        TakeOutOfLine(entry);
        entry.Flight = new Flight(entry.Ticket.Waited(now), entry.Ticket);
    }

    private PoolEntry? TryLand(Guid userId)
    {
        if (!_byUser.TryGetValue(userId, out var entry) || entry.Flight is null)
        {
            return null;
        }

        _byUser.Remove(userId);
        return entry;
    }

    private void NoteToLook(PoolEntry entry) => entry.ToLook ??= _toLook.AddLast(entry);

    private void DoNotLook(PoolEntry entry)
    {
        if (entry.ToLook is not null)
        {
            _toLook.Remove(entry.ToLook);
            entry.ToLook = null;
        }
    }
}
