using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// The open connections of this instance, under one lock. Invariant: a connection is in both maps or in none, and the
/// count is the size of the first. A displaced one leaves at once, long before its socket closes.
/// </summary>
internal sealed class ConnectionManager(IOptions<PresenceOptions> options, ICarrier carrier)
{
    public const int MaxLeft = 10_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Connection> _byId = [];
    private readonly Dictionary<Guid, List<Connection>> _byUser = [];
    private readonly HashSet<string> _left = [];
    private readonly Queue<string> _leftOrder = new();

    private long _refused;

    public int Limit => options.Value.MaxConnections;

    /// <summary>Connections that were refused with <c>server_full</c> at the upgrade.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byId.Count;
            }
        }
    }

    public int Users
    {
        get
        {
            lock (_gate)
            {
                return _byUser.Count;
            }
        }
    }

    /// <summary>Whether this tab could connect now: the limit is for new ones, a tab that is here may always come back.</summary>
    public bool HasRoom(Guid userId, string tab)
    {
        lock (_gate)
        {
            return HasRoomLocked(userId, tab);
        }
    }

    /// <summary>Takes a place, or tells why not: no room, or a connection of this hub ticket is here.</summary>
    public Refusal? Enter(Connection connection)
    {
        lock (_gate)
        {
            if (_byId.ContainsKey(connection.Id))
            {
                return PresenceRefusals.InvalidHubTicket;
            }

            if (!HasRoomLocked(connection.UserId, connection.Tab))
            {
                _refused++;
                return PresenceRefusals.ServerFull;
            }

            _byId.Add(connection.Id, connection);

            if (!_byUser.TryGetValue(connection.UserId, out var all))
            {
                _byUser[connection.UserId] = all = [];
            }

            all.Add(connection);
            return null;
        }
    }

    public Connection? Find(string id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>
    /// Takes a connection out; false when it was not (or no longer) in. <paramref name="wasHere"/>: it lived here, and is gone.
    /// </summary>
    public bool Leave(Connection connection, bool wasHere = true)
    {
        lock (_gate)
        {
            if (_byId.GetValueOrDefault(connection.Id) != connection)
            {
                return false;
            }

            _byId.Remove(connection.Id);
            if (wasHere && !carrier.IsAlone)
            {
                Remember(connection.Id);
            }

            var all = _byUser[connection.UserId];
            all.Remove(connection);
            if (all.Count == 0)
            {
                _byUser.Remove(connection.UserId);
            }

            return true;
        }
    }

    public bool IsOpen(string? id)
    {
        lock (_gate)
        {
            return id is not null && _byId.ContainsKey(id);
        }
    }

    public int Left
    {
        get
        {
            lock (_gate)
            {
                return _leftOrder.Count;
            }
        }
    }

    /// <summary>Among the last that left this instance: not somewhere else, but gone. A server by itself has no elsewhere.</summary>
    public bool HasLeft(string id)
    {
        lock (_gate)
        {
            return _left.Contains(id);
        }
    }

    public bool IsOnline(Guid userId)
    {
        lock (_gate)
        {
            return _byUser.ContainsKey(userId);
        }
    }

    public Connection[] Of(Guid userId)
    {
        lock (_gate)
        {
            return _byUser.TryGetValue(userId, out var all) ? [.. all] : [];
        }
    }

    public Connection[] All()
    {
        lock (_gate)
        {
            return [.. _byId.Values];
        }
    }

    private void Remember(string id)
    {
        if (_left.Add(id))
        {
            _leftOrder.Enqueue(id);
            if (_leftOrder.Count > MaxLeft)
            {
                _left.Remove(_leftOrder.Dequeue());
            }
        }
    }

    private bool HasRoomLocked(Guid userId, string tab) =>
        _byId.Count < options.Value.MaxConnections
        || (_byUser.TryGetValue(userId, out var all) && all.Exists(c => c.Tab == tab));
}
