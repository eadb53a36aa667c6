namespace Matchmaker.Platform.Realtime;

/// <summary>
/// Does what a follower hears, one after the other, away from whoever tells it. At most <paramref name="capacity"/> wait;
/// what is one too many is not done, and found when the follower catches up. Invariant: while something waits, exactly one
/// loop runs.
/// </summary>
internal sealed class InTurn(int capacity, Action<Exception> failed)
{
    private readonly Lock _gate = new();
    private readonly Queue<Func<Task>> _waiting = new();
    private bool _running;
    private long _refused;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public int Capacity => capacity;

    /// <summary>What was not done because too much waited.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>False when too much waits.</summary>
    public bool Add(Func<Task> work)
    {
        lock (_gate)
        {
            if (_waiting.Count >= capacity)
            {
                Interlocked.Increment(ref _refused);
                return false;
            }

            _waiting.Enqueue(work);
            if (_running)
            {
                return true;
            }

            _running = true;
        }

        _ = Task.Run(Run);
        return true;
    }

    private async Task Run()
    {
        while (Next() is { } work)
        {
            try
            {
                await work();
            }
            catch (Exception e)
            {
                failed(e);
            }
        }
    }

    private Func<Task>? Next()
    {
        lock (_gate)
        {
            _running = _waiting.TryDequeue(out var work);
            return work;
        }
    }
}
