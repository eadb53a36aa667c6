namespace Matchmaker.Platform.Realtime;

/// <summary>
/// A token bucket: <paramref name="burst"/> at once, then <paramref name="perSecond"/> a second. Not thread-safe: a
/// connection's calls come one after the other.
/// </summary>
internal sealed class TokenBucket(double perSecond, int burst, TimeProvider time)
{
    private double _tokens = burst;
    private long _at = time.GetTimestamp();

    /// <summary>Takes one token, or tells how long until there is one.</summary>
    public bool TryTake(out TimeSpan wait, double cost = 1)
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_at, now).TotalSeconds * perSecond));
        _at = now;
        if (_tokens >= cost)
        {
            _tokens -= cost;
            wait = TimeSpan.Zero;
            return true;
        }

        wait = TimeSpan.FromSeconds((cost - _tokens) / perSecond);
        return false;
    }
}
