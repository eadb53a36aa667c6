using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Places kept for hub tickets that were not used yet, under the name of the connection they are for. Each is given back
/// when its ticket runs out, so that whoever asks and never comes costs nobody a place for longer. Invariant: a place is
/// in the list, in the first map, and in the second under its user. Under the lock of <see cref="ConnectionManager"/>.
/// </summary>
internal sealed class ReservedPlaces(TimeProvider time, IOptions<PresenceOptions> options)
{
    // All are kept equally long, so the first is the oldest.
    private readonly LinkedList<Place> _places = [];
    private readonly Dictionary<string, LinkedListNode<Place>> _byId = [];
    private readonly Dictionary<Guid, List<LinkedListNode<Place>>> _byUser = [];

    public int Count
    {
        get
        {
            while (_places.First is { } oldest && time.GetElapsedTime(oldest.Value.Since) >= options.Value.HubTicketLifetime)
            {
                Remove(oldest);
            }

            return _places.Count;
        }
    }

    /// <summary>
    /// Keeps a place. What the same tab had asked for before is given back, and the user's oldest beyond as many as they may
    /// have open: nobody fills a server by asking.
    /// </summary>
    public void Add(Connection connection)
    {
        var mine = _byUser.GetValueOrDefault(connection.UserId) ?? [];
        if (mine.Find(node => node.Value.Tab == connection.Tab) is { } before)
        {
            Remove(before);
        }

        if (mine.Count >= options.Value.MaxConnectionsPerUser)
        {
            Remove(mine[0]);
        }

        var added = _places.AddLast(new Place(connection.Id, connection.UserId, connection.Tab, time.GetTimestamp()));
        mine.Add(added);
        _byUser[connection.UserId] = mine;
        _byId.Add(connection.Id, added);
    }

    /// <summary>Whether the user has a place that this tab's would take over.</summary>
    public bool HasOne(Guid userId, string tab) => _byUser.TryGetValue(userId, out var mine)
        && (mine.Count >= options.Value.MaxConnectionsPerUser || mine.Exists(node => node.Value.Tab == tab));

    /// <summary>Gives a place back, or to the connection that it was kept for; false when none is kept.</summary>
    public bool Remove(string connectionId)
    {
        if (!_byId.TryGetValue(connectionId, out var node))
        {
            return false;
        }

        Remove(node);
        return true;
    }

    private void Remove(LinkedListNode<Place> node)
    {
        var mine = _byUser[node.Value.UserId];
        mine.Remove(node);
        if (mine.Count == 0)
        {
            _byUser.Remove(node.Value.UserId);
        }

        _byId.Remove(node.Value.ConnectionId);
        _places.Remove(node);
    }

    private sealed record Place(string ConnectionId, Guid UserId, string Tab, long Since);
}
