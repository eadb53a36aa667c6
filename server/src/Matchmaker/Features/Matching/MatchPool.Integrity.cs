namespace Matchmaker.Features.Matching;

/// <summary>What must hold between two calls.</summary>
internal sealed partial class MatchPool
{
    /// <summary>Walks everything; throws when an invariant does not hold. For tests.</summary>
    public void CheckIntegrity()
    {
        _line.CheckIntegrity();
        var waiting = _byUser.Values.Count(entry => entry.Flight is null);
        if (waiting != _line.Count || _index.CheckIntegrity() != waiting)
        {
            throw new InvalidOperationException("Users, line and index do not hold the same tickets.");
        }

        foreach (var (userId, entry) in _byUser)
        {
            if (entry.Ticket.UserId != userId
                || (entry.Flight is not null && entry.ToLook is not null)
                || (entry.ToLook is not null && entry.ToLook.List != _toLook))
            {
                throw new InvalidOperationException("A ticket is noted wrongly.");
            }
        }

        if (_toLook.Any(entry => _byUser.GetValueOrDefault(entry.Ticket.UserId) != entry))
        {
            throw new InvalidOperationException("Somebody is looked for who is not here.");
        }
    }
}
