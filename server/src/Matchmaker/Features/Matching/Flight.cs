namespace Matchmaker.Features.Matching;

/// <summary>One side of a proposed pair until its outcome is known: what the user did meanwhile.</summary>
internal sealed class Flight(TimeSpan waited, Ticket ticket)
{
    /// <summary>How long this side had waited when the pair was proposed.</summary>
    public TimeSpan Waited { get; } = waited;

    /// <summary>What waits if the pair comes to nothing; null when the user left.</summary>
    public Ticket? ComesBack { get; private set; } = ticket;

    /// <summary>The user left, perhaps to ask again; the old place is given up then.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Newer wishes; answers whether the user had left.</summary>
    public bool AskAgain(Ticket newer)
    {
        var isNew = ComesBack is null;
        if (!isNew)
        {
            newer.AvoidAlso(ComesBack!);
        }

        ComesBack = newer;
        return isNew;
    }

    public Ticket? Leave()
    {
        var left = ComesBack;
        ComesBack = null;
        HasLeft = true;
        return left;
    }
}
