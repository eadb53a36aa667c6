namespace Matchmaker.Features.Matching;

/// <summary>Two tickets that the pool took out together; a call only once it is started, so still "in flight".</summary>
internal sealed record ProposedPair
{
    public ProposedPair(Ticket one, Ticket other)
    {
        // Guid.CompareTo orders as PostgreSQL orders uuid, so both name the same initiator.
        (Initiator, Polite) = one.UserId.CompareTo(other.UserId) < 0 ? (one, other) : (other, one);
    }

    /// <summary>The lower user id; makes the WebRTC offer.</summary>
    public Ticket Initiator { get; }

    /// <summary>The other; gives way when offers cross.</summary>
    public Ticket Polite { get; }

    /// <summary>The mean of both wishes, rounded down.</summary>
    public int CallSeconds => (Initiator.CallSeconds + Polite.CallSeconds) / 2;
}
