using Microsoft.AspNetCore.SignalR;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// The bounded queue in front of one connection. Invariant: <c>_bytes</c> and <c>_items</c> agree, and at most one pump
/// runs. Everything is under <c>_gate</c> except the write itself, so a slow socket holds up only its own pump.
/// </summary>
internal sealed class OutboundQueue(string connectionId, Guid userId, RealtimeOptions limits, RealtimeMetrics metrics)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Item> _items = new();
    private readonly Dictionary<string, LinkedListNode<Item>> _superseding = [];
    private HubConnectionContext? _connection;
    private int _bytes;
    private bool _pumping;
    private bool _closed;

    public string ConnectionId => connectionId;

    public Guid UserId => userId;

    /// <summary>Bytes that wait to be sent.</summary>
    public int Bytes => Volatile.Read(ref _bytes);

    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _items.Count == 0 && !_pumping;
            }
        }
    }

    /// <summary>Gives the queue its socket; what waited is sent now.</summary>
    public void Attach(HubConnectionContext connection)
    {
        lock (_gate)
        {
            _connection = connection;
        }

        Pump();
    }

    public void Enqueue(SerializedHubMessage message, int bytes, string? supersede, bool last)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            if (supersede is not null && _superseding.Remove(supersede, out var older))
            {
                _bytes -= older.Value.Bytes;
                _items.Remove(older);
                metrics.Superseded.Add(1);
            }

            var node = _items.AddLast(new Item(message, bytes, supersede, last));
            _bytes += bytes;
            _closed = last;
            if (supersede is not null)
            {
                _superseding[supersede] = node;
            }

            if (!last && (_bytes > limits.MaxQueuedBytes || _items.Count > limits.MaxQueuedMessages))
            {
                Drop();
                return;
            }
        }

        Pump();
    }

    /// <summary>Closes after what is queued, without a last word.</summary>
    public void CloseAfterQueue()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _items.AddLast(new Item(null, 0, null, Last: true));
        }

        Pump();
    }

    private void Pump()
    {
        lock (_gate)
        {
            if (_pumping || _connection is null || _items.Count == 0)
            {
                return;
            }

            _pumping = true;
        }

        _ = Run(_connection);
    }

    private async Task Run(HubConnectionContext connection)
    {
        try
        {
            while (Next() is { } item)
            {
                if (item.Message is { } message)
                {
                    // A write to a closed connection does nothing; one that takes too long runs into SignalR's send timeout.
                    await connection.WriteAsync(message, connection.ConnectionAborted);
                    metrics.Sent.Add(1);
                    metrics.SentBytes.Add(item.Bytes);
                }

                if (item.Last)
                {
                    connection.Abort();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The connection is gone, and the queue with it: the pump stays marked as running so that none starts again.
        }
    }

    private Item? Next()
    {
        lock (_gate)
        {
            if (_items.First is not { } node)
            {
                _pumping = false;
                return null;
            }

            _items.RemoveFirst();
            _bytes -= node.Value.Bytes;
            if (node.Value.Supersede is { } key)
            {
                _superseding.Remove(key);
            }

            return node.Value;
        }
    }

    private void Drop()
    {
        _closed = true;
        _items.Clear();
        _superseding.Clear();
        _bytes = 0;
        metrics.SlowConsumers.Add(1);
        _connection?.Abort();
        if (_connection is null)
        {
            _items.AddLast(new Item(null, 0, null, Last: true));
        }
    }

    private sealed record Item(SerializedHubMessage? Message, int Bytes, string? Supersede, bool Last);
}
