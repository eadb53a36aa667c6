namespace Matchmaker.Platform.Realtime;

/// <summary>
/// Which instance a connection lives on, for those that others of ours talk to. Learnt from rows and from what instances
/// tell; one that is not known is looked for on all of them, so forgetting costs a little and breaks nothing. At
/// <see cref="Capacity"/> the oldest is forgotten.
/// </summary>
internal sealed class ConnectionDirectory
{
    public const int Capacity = 20_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, string> _instances = [];
    private readonly Queue<string> _order = new();

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _instances.Count;
            }
        }
    }

    public void Learn(string connectionId, string instance)
    {
        lock (_gate)
        {
            if (!_instances.TryAdd(connectionId, instance))
            {
                return; // a connection never moves
            }

            _order.Enqueue(connectionId);
            if (_order.Count > Capacity)
            {
                _instances.Remove(_order.Dequeue());
            }
        }
    }

    public string? Find(string connectionId)
    {
        lock (_gate)
        {
            return _instances.GetValueOrDefault(connectionId);
        }
    }
}
