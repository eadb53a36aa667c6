namespace Matchmaker.Features.Matching;

/// <summary>What the pool notes about one user's ticket; seen by nobody outside.</summary>
internal sealed class PoolEntry(Ticket ticket, Place place)
{
    public Ticket Ticket { get; } = ticket;

    public Place Place { get; } = place;

    /// <summary>As indexed and told; the clock may already be further.</summary>
    public Widened Widened { get; set; }

    /// <summary>How far this ticket has looked through those who may fit.</summary>
    public Pass Pass { get; set; } = Pass.NotBegun;

    /// <summary>Its place among those to be looked for; null when it is not among them.</summary>
    public LinkedListNode<PoolEntry>? ToLook { get; set; }

    /// <summary>Taken out in a pair whose outcome the pool has not heard; null while waiting.</summary>
    public Flight? Flight { get; set; }
}
