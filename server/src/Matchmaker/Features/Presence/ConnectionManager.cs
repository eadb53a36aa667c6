using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// The open connections of this instance and those that are expected, under one lock. Invariant: a connection is in both
/// maps or in none, and the count is the size of the first. A displaced one leaves at once, long before its socket closes.
/// </summary>
/// <remarks>
/// The limit is for new ones: open and expected together are never more because of them. Whoever comes back to what is
/// theirs (<see cref="IsReturning"/>) always gets in; for the moment in which they have both, the old connection and the
/// new place count, and a newcomer may hear no too early rather than too late.
/// </remarks>
internal sealed class ConnectionManager(IOptions<PresenceOptions> options, ICarrier carrier, TimeProvider time)
{
    public const int MaxLeft = 10_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Connection> _byId = [];
    private readonly Dictionary<Guid, List<Connection>> _byUser = [];
    private readonly ReservedPlaces _reserved = new(time, options);
    private readonly HashSet<string> _left = [];
    private readonly Queue<string> _leftOrder = new();

    private long _refused;

    public int Limit => options.Value.MaxConnections;

    /// <summary>Connections that were refused with <c>server_full</c>, at the hub ticket or at the upgrade.</summary>
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

    /// <summary>Connections whose hub ticket was given out here and neither used nor has run out.</summary>
    public int Expected
    {
        get
        {
            lock (_gate)
            {
                return _reserved.Count;
            }
        }
    }

    /// <summary>Keeps a place for a connection until its hub ticket runs out, or tells that there is none.</summary>
    /// <param name="isKept">The user has something to come back to.</param>
    public Refusal? Reserve(Connection connection, bool isKept)
    {
        lock (_gate)
        {
            var reserved = _reserved.Count;
            var hasOne = _reserved.HasOne(connection.UserId, connection.Tab);
            if (!hasOne && (reserved >= Limit || !(isKept || IsReturning(connection) || _byId.Count + reserved < Limit)))
            {
                _refused++;
                return PresenceRefusals.ServerFull;
            }

            _reserved.Add(connection);
            return null;
        }
    }

    /// <summary>The hub ticket was not given out after all, or was used on another instance.</summary>
    public void GiveBack(string connectionId)
    {
        lock (_gate)
        {
            _reserved.Remove(connectionId);
        }
    }

    /// <summary>Takes a place, or tells why not: no room, or a connection of this hub ticket is here.</summary>
    /// <param name="isKept">The user has something to come back to.</param>
    /// <param name="wasExpected">The place was kept: the hub ticket is one of this instance.</param>
    public Refusal? Enter(Connection connection, bool isKept, out bool wasExpected)
    {
        lock (_gate)
        {
            wasExpected = _reserved.Remove(connection.Id);
            if (_byId.ContainsKey(connection.Id))
            {
                return PresenceRefusals.InvalidHubTicket;
            }

            if (!(wasExpected || isKept || IsReturning(connection) || _byId.Count + _reserved.Count < Limit))
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

    // One that is here leaves when it comes: its own tab's, or the oldest of as many as the user may have.
    private bool IsReturning(Connection connection) => _byUser.TryGetValue(connection.UserId, out var all)
        && (all.Count >= options.Value.MaxConnectionsPerUser || all.Exists(c => c.Tab == connection.Tab));
}
