using System.Collections.Concurrent;

namespace Matchmaker.Features.Matching;

/// <summary>
/// Invites of the last minute, by sender and by recipient. At most <c>max</c> times per key; keys without a recent one
/// are dropped when the map has grown (<see cref="MaxKeys"/>).
/// </summary>
internal sealed class InviteRates(TimeProvider time)
{
    private const int MaxKeys = 20_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(bool Sent, Guid UserId), Queue<long>> _times = new();

    /// <summary>Counts one, or tells how long until one more is allowed.</summary>
    public bool TryCount(bool sent, Guid userId, int max, out TimeSpan wait) => Look(sent, userId, max, count: true, out wait);

    /// <summary>Whether one more is allowed; counts nothing.</summary>
    public bool HasRoom(bool sent, Guid userId, int max, out TimeSpan wait) => Look(sent, userId, max, count: false, out wait);

    private bool Look(bool sent, Guid userId, int max, bool count, out TimeSpan wait)
    {
        if (_times.Count > MaxKeys)
        {
            Prune();
        }

        var times = _times.GetOrAdd((sent, userId), static _ => new Queue<long>());
        lock (times)
        {
            while (times.TryPeek(out var oldest) && time.GetElapsedTime(oldest) >= Window)
            {
                times.Dequeue();
            }

            if (times.Count >= max)
            {
                wait = Window - time.GetElapsedTime(times.Peek());
                return false;
            }

            if (count)
            {
                times.Enqueue(time.GetTimestamp());
            }

            wait = TimeSpan.Zero;
            return true;
        }
    }

    private void Prune()
    {
        foreach (var (key, times) in _times)
        {
            lock (times)
            {
                if (times.Count == 0 || time.GetElapsedTime(times.Last()) >= Window)
                {
                    _times.TryRemove(key, out _);
                }
            }
        }
    }
}
