using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Presence;

/// <summary>
/// The open connections of this instance, under one lock. Invariant: a connection is in both maps or in none, and the
/// count is the size of the first. A displaced one leaves at once, long before its socket closes.
/// </summary>
internal sealed class ConnectionManager(IOptions<PresenceOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Connection> _byId = [];
    private readonly Dictionary<Guid, List<Connection>> _byUser = [];

    public int Limit => options.Value.MaxConnections;

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

    public bool TryEnter(Connection connection)
    {
        lock (_gate)
        {
            if (!HasRoomLocked(connection.UserId, connection.Tab) || !_byId.TryAdd(connection.Id, connection))
            {
                return false;
            }

            if (!_byUser.TryGetValue(connection.UserId, out var all))
            {
                _byUser[connection.UserId] = all = [];
            }

            all.Add(connection);
            return true;
        }
    }

    /// <summary>Takes a connection out; false when it was out before.</summary>
    public bool Leave(string id, [NotNullWhen(true)] out Connection? connection)
    {
        lock (_gate)
        {
            if (!_byId.Remove(id, out connection))
            {
                return false;
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

    private bool HasRoomLocked(Guid userId, string tab) =>
        _byId.Count < options.Value.MaxConnections
        || (_byUser.TryGetValue(userId, out var all) && all.Exists(c => c.Tab == tab));
}
