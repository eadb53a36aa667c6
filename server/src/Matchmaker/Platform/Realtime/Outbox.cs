using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// The outbox of this process: one <see cref="OutboundQueue"/> per connection, opened before the upgrade and removed
/// when the request ends, so their number is bounded by the connection limit. What is for a connection elsewhere goes
/// through the carrier, ready to be delivered.
/// </summary>
internal sealed class Outbox : IOutbox
{
    private readonly RealtimeOptions _options;
    private readonly RealtimeMetrics _metrics;
    private readonly IHubProtocol _protocol;
    private readonly ICarrier _carrier;
    private readonly ConnectionDirectory _elsewhere;
    private readonly ConcurrentDictionary<string, OutboundQueue> _connections = new();
    private readonly ConcurrentDictionary<Guid, ImmutableArray<OutboundQueue>> _users = new();

    public Outbox(
        IOptions<RealtimeOptions> options, RealtimeMetrics metrics, IHubProtocol protocol, ICarrier carrier, ConnectionDirectory elsewhere)
    {
        (_options, _metrics, _protocol, _carrier, _elsewhere) = (options.Value, metrics, protocol, carrier, elsewhere);
    }

    /// <summary>Bytes that wait to be sent, of all connections, and how many that may be.</summary>
    public (long Bytes, long Max) Waiting => (_connections.Values.Sum(queue => (long)queue.Bytes), (long)_connections.Count * _options.MaxQueuedBytes);

    public void Open(string connectionId, Guid userId)
    {
        var queue = new OutboundQueue(connectionId, userId, _options, _metrics);
        _connections[connectionId] = queue;
        _users.AddOrUpdate(userId, [queue], (_, queues) => queues.Add(queue));
    }

    public void Attach(string connectionId, HubConnectionContext connection)
    {
        if (_connections.TryGetValue(connectionId, out var queue))
        {
            queue.Attach(connection);
        }
        else
        {
            connection.Abort();
        }
    }

    public void Remove(string connectionId)
    {
        if (!_connections.TryRemove(connectionId, out var queue))
        {
            return;
        }

        while (_users.TryGetValue(queue.UserId, out var queues))
        {
            var rest = queues.Remove(queue);
            if (rest.IsEmpty
                ? ((ICollection<KeyValuePair<Guid, ImmutableArray<OutboundQueue>>>)_users).Remove(new(queue.UserId, queues))
                : _users.TryUpdate(queue.UserId, rest, queues))
            {
                return;
            }
        }
    }

    public void ToConnection(string connectionId, ClientEvent e, object?[] arguments, string? supersede = null)
    {
        if (_connections.TryGetValue(connectionId, out var queue))
        {
            var (message, bytes) = Serialize(e, arguments);
            queue.Enqueue(message, bytes, supersede, last: false);
        }
        else if (!_carrier.IsAlone)
        {
            var parcel = new Parcel(connectionId, supersede, _protocol.GetMessageBytes(new InvocationMessage(e.Name, arguments)));
            if (_elsewhere.Find(connectionId) is { } instance)
            {
                _carrier.Send(instance, Parcel.Topic, parcel);
            }
            else
            {
                _carrier.Tell(Parcel.Topic, parcel);
            }
        }
    }

    public bool CanReach(string connectionId) => _connections.ContainsKey(connectionId)
        || (!_carrier.IsAlone && (_elsewhere.Find(connectionId) is { } instance ? _carrier.Reaches(instance) : _carrier.IsUp));

    public void ToUser(Guid userId, ClientEvent e, object?[] arguments, string? supersede = null)
    {
        if (!_users.TryGetValue(userId, out var queues))
        {
            return;
        }

        var (message, bytes) = Serialize(e, arguments);
        foreach (var queue in queues)
        {
            queue.Enqueue(message, bytes, supersede, last: false);
        }
    }

    public bool IsIdle(string connectionId) => !_connections.TryGetValue(connectionId, out var queue) || queue.IsIdle;

    public void Close(string connectionId, ClientEvent? last = null, object?[]? arguments = null)
    {
        if (!_connections.TryGetValue(connectionId, out var queue))
        {
            return;
        }

        if (last is { } e)
        {
            var (message, bytes) = Serialize(e, arguments ?? []);
            queue.Enqueue(message, bytes, supersede: null, last: true);
        }
        else
        {
            queue.CloseAfterQueue();
        }
    }

    /// <summary>Delivers what another instance sent to a connection of this one.</summary>
    public void Deliver(Parcel parcel)
    {
        if (_connections.TryGetValue(parcel.ConnectionId, out var queue))
        {
            queue.Enqueue(Ready(parcel.Message), parcel.Message.Length, parcel.Supersede, last: false);
        }
    }

    private (SerializedHubMessage Message, int Bytes) Serialize(ClientEvent e, object?[] arguments)
    {
        var bytes = _protocol.GetMessageBytes(new InvocationMessage(e.Name, arguments));
        return (Ready(bytes), bytes.Length);
    }

    private SerializedHubMessage Ready(ReadOnlyMemory<byte> bytes) => new([new SerializedMessage(_protocol.Name, bytes)]);
}
