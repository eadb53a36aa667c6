using Matchmaker.Features.Safety;

namespace Matchmaker.Features.Matching;

/// <summary>
/// Takes what other instances put into the store into the pool of the instance that leads: tickets it hears of at once,
/// and every second those of the last seconds, in case it did not hear of one. Each read is one page, so that a new leader
/// with everybody to read renews its lease in between and pairs those it has; and a ticket is read a few times in all,
/// however many others wait.
/// </summary>
internal sealed class Intake(Pairing pairing, Queue queue, IMatchStore store, ISafetyStore safety, TimeProvider time)
{
    /// <summary>People heard of whose ticket is not read yet: more than join in the second after which everything new is read.</summary>
    public const int MaxHeard = 10_000;

    /// <summary>Tickets in one read, with all whom these people avoid.</summary>
    public const int Page = 500;

    // Longer than a transaction may stay open. A join has its number before it is committed, so one that was slow appears
    // below what was read already: what was new in the last seconds is read again.
    private static readonly TimeSpan LateFor = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly Queue<(long Stamp, long Number)> _seen = new();
    private HashSet<Guid> _heard = [];
    private long _settled;
    private long? _next;
    private long _notHeard;

    /// <summary>People heard of whose ticket is not read yet.</summary>
    public int Heard
    {
        get
        {
            lock (_gate)
            {
                return _heard.Count;
            }
        }
    }

    /// <summary>How many were too many to be heard of: the next read of everything new finds them.</summary>
    public long NotHeard => Interlocked.Read(ref _notHeard);

    /// <summary>Another instance put this user's ticket into the store: whoever leads looks at once.</summary>
    public void Hear(Guid userId)
    {
        if (pairing.Epoch is null)
        {
            return;
        }

        lock (_gate)
        {
            if (_heard.Count >= MaxHeard)
            {
                _notHeard++;
                return;
            }

            _heard.Add(userId);
        }

        pairing.Wake();
    }

    /// <summary>The lead has just begun here: everybody is to be read.</summary>
    public void Begin()
    {
        (_settled, _next) = (0, 0);
        _seen.Clear();
    }

    /// <summary>What was new in the last seconds is to be read again.</summary>
    public void LookAgain()
    {
        while (_seen.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Stamp) > LateFor)
        {
            _settled = _seen.Dequeue().Number;
        }

        _next ??= _settled;
    }

    /// <summary>Reads those heard of and one page of what is due; true when there is more to read at once.</summary>
    public async Task<bool> Read()
    {
        if (TakeHeard() is { Count: > 0 } heard)
        {
            await TakeIn(await store.ListOf(heard));
        }

        if (_next is { } after)
        {
            var page = await store.ListAfter(after, Page);
            await TakeIn(page);
            var last = page is [.., var latest] ? latest.Number : after;
            if (page.Count == Page)
            {
                _next = last;
            }
            else
            {
                _seen.Enqueue((time.GetTimestamp(), last));
                _next = null;
            }
        }

        return _next is not null;
    }

    private HashSet<Guid> TakeHeard()
    {
        lock (_gate)
        {
            var heard = _heard;
            if (heard.Count > 0)
            {
                _heard = [];
            }

            return heard;
        }
    }

    private async Task TakeIn(IReadOnlyList<WaitingTicket> read)
    {
        var others = new List<WaitingTicket>();
        foreach (var waiting in read.Where(w => !pairing.Has(w.UserId, w.TicketId)))
        {
            if (queue.Find(waiting.UserId) is not { } mine || mine.Ticket.TicketId != waiting.TicketId)
            {
                others.Add(waiting);
            }
            else if (mine.HeldSince is null)
            {
                pairing.Add(mine.Ticket); // in the pool since it joined, unless the lead has just begun here
            }
        }

        if (others.Count == 0)
        {
            return;
        }

        var avoided = await safety.AvoidOf(others.ConvertAll(w => w.UserId));
        foreach (var waiting in others)
        {
            var ticket = WishReader.ToTicket(
                waiting.Wishes, waiting.TicketId, waiting.UserId, waiting.Gender, waiting.ConnectionId, time.GetUtcNow() - waiting.Waited);
            ticket.Instance = waiting.Instance;
            ticket.AddAvoid(avoided[waiting.UserId]);
            pairing.Add(ticket);
        }
    }
}
