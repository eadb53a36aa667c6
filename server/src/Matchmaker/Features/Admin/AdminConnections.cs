namespace Matchmaker.Features.Admin;

/// <summary>The consoles that are connected to this instance, by the names of their connections. Thread-safe.</summary>
internal sealed class AdminConnections(Microsoft.Extensions.Options.IOptions<AdminOptions> options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AdminLogin> _open = [];
    private long _refused;

    public int Limit => options.Value.MaxConnections;

    public (int Count, long Refused) Figures
    {
        get
        {
            lock (_gate)
            {
                return (_open.Count, _refused);
            }
        }
    }

    public IReadOnlyList<(string Id, AdminLogin Login)> All()
    {
        lock (_gate)
        {
            return [.. _open.Select(o => (o.Key, o.Value))];
        }
    }

    /// <summary>False when all places are taken.</summary>
    public bool TryEnter(string id, AdminLogin login)
    {
        lock (_gate)
        {
            if (_open.Count >= Limit)
            {
                _refused++;
                return false;
            }

            _open.Add(id, login);
            return true;
        }
    }

    public void Leave(string id)
    {
        lock (_gate)
        {
            _open.Remove(id);
        }
    }
}
