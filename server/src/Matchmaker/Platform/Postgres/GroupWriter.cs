namespace Matchmaker.Platform.Postgres;

/// <summary>
/// Writes in groups without a timer: what waits is written together, and while that commits the next group collects.
/// At most <paramref name="lanes"/> statements at a time, <paramref name="maxGroup"/> items in each, and
/// <paramref name="capacity"/> waiting. Invariant: while <c>_waiting</c> is not empty, at least one loop runs, and never more
/// than there are lanes. A group with a bad row is written one by one.
/// </summary>
/// <remarks>
/// <paramref name="write"/> answers one result for each item, in order, and must be idempotent: after a lost connection
/// nobody knows whether the group was committed. It must bear its twin beside it, as it does on another instance.
/// </remarks>
internal sealed class GroupWriter<TItem, TResult>(
    string name, Func<IReadOnlyList<TItem>, Task<IReadOnlyList<TResult>>> write, int capacity = 10_000, int maxGroup = 500,
    int lanes = 1)
{
    private readonly Lock _gate = new();
    private readonly Queue<(TItem Item, TaskCompletionSource<TResult> Done)> _waiting = new();
    private int _running;
    private long _refused;

    public int Capacity => capacity;

    /// <summary>How many were refused at the bound.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>How many wait to be written.</summary>
    public int Backlog
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Completes when the item is committed. Throws <see cref="BacklogFullException"/> at the bound.</summary>
    public Task<TResult> Write(TItem item)
    {
        var done = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_waiting.Count >= capacity)
            {
                _refused++;
                throw new BacklogFullException(name);
            }

            _waiting.Enqueue((item, done));
            if (_running == lanes)
            {
                return done.Task;
            }

            _running++;
        }

        _ = Run(); // on this thread up to its first wait: a hop less for who comes alone
        return done.Task;
    }

    /// <summary>Completes when nothing is being written any more.</summary>
    public async Task Idle(CancellationToken cut)
    {
        while (IsRunning())
        {
            await Task.Delay(20, cut);
        }
    }

    private bool IsRunning()
    {
        lock (_gate)
        {
            return _running > 0;
        }
    }

    private async Task Run()
    {
        while (Next() is { Count: > 0 } group)
        {
            try
            {
                await WriteAll(group);
            }
            catch (Exception e) when (group.Count > 1 && DatabaseFailure.IsBadRow(e))
            {
                foreach (var one in group)
                {
                    await WriteOne(one);
                }
            }
            catch (Exception e)
            {
                group.ForEach(one => one.Done.TrySetException(e));
            }
        }
    }

    private List<(TItem Item, TaskCompletionSource<TResult> Done)> Next()
    {
        lock (_gate)
        {
            var group = new List<(TItem, TaskCompletionSource<TResult>)>(Math.Min(maxGroup, _waiting.Count));
            while (group.Count < maxGroup && _waiting.TryDequeue(out var item))
            {
                group.Add(item);
            }

            _running -= group.Count > 0 ? 0 : 1;
            return group;
        }
    }

    private async Task WriteAll(List<(TItem Item, TaskCompletionSource<TResult> Done)> group)
    {
        var results = await write(group.ConvertAll(one => one.Item));
        for (var i = 0; i < group.Count; i++)
        {
            group[i].Done.TrySetResult(results[i]);
        }
    }

    private async Task WriteOne((TItem Item, TaskCompletionSource<TResult> Done) one)
    {
        try
        {
            await WriteAll([one]);
        }
        catch (Exception e)
        {
            one.Done.TrySetException(e);
        }
    }
}
