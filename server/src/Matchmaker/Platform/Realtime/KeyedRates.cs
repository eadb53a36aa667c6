using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// How often each of many may do something in a minute, for at most <paramref name="maxKeys"/> of them at about 170 bytes
/// each. Counted in six steps of ten seconds, from a key's first one on. Thread-safe.
/// Invariant: <c>_places[key]</c> is where in <c>_windows</c> that key stands; all under <c>_gate</c>.
/// </summary>
/// <remarks>
/// Whoever comes under many names (a /32 of IPv6, a botnet) fills the table at will, so the bound must be worth nothing to
/// them. New keys do not share a count: then a flood would use up the share of everybody who comes after it. And it is not
/// the oldest that goes, or a flood would end the count of who stands at a limit. Of some keys in turn the one goes that
/// has used least: single requests push each other out, and to make the table forget somebody's n requests a stranger
/// has to spend n from nearly every key in it, which they were free to spend anyway.
/// </remarks>
internal sealed class KeyedRates<TKey>(TimeProvider time, int maxKeys = 20_000)
    where TKey : struct, IEquatable<TKey>
{
    private const int Steps = 6;
    private const int StepSeconds = 10;

    /// <summary>Keys looked at for one that has to go: half of the keys may be busy, and still one that is not is among them.</summary>
    private const int Looks = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, int> _places = [];
    private readonly List<Window> _windows = [];
    private readonly long _step = StepSeconds * time.TimestampFrequency;
    private int _hand;
    private long _evictions;

    public int MaxKeys => maxKeys;

    public int Keys
    {
        get
        {
            lock (_gate)
            {
                return _windows.Count;
            }
        }
    }

    /// <summary>Keys that were forgotten at the bound.</summary>
    public long Evictions => Interlocked.Read(ref _evictions);

    /// <summary>Counts one, or tells how long until one more is allowed.</summary>
    public bool TryCount(TKey key, int perMinute, out TimeSpan wait)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            ref var window = ref Find(key, now);
            if (!HasRoom(in window, perMinute, now, out wait))
            {
                return false;
            }

            window.Counts[0]++;
            return true;
        }
    }

    /// <summary>Whether one more is allowed; counts nothing.</summary>
    public bool HasRoom(TKey key, int perMinute, out TimeSpan wait)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue(key, out var place))
            {
                wait = TimeSpan.Zero;
                return true;
            }

            var now = time.GetTimestamp();
            ref var window = ref CollectionsMarshal.AsSpan(_windows)[place];
            window.MoveTo(now, _step);
            return HasRoom(in window, perMinute, now, out wait);
        }
    }

    private bool HasRoom(in Window window, int perMinute, long now, out TimeSpan wait)
    {
        wait = window.Sum < perMinute ? TimeSpan.Zero : time.GetElapsedTime(now, window.OldestLeaves(_step));
        return wait == TimeSpan.Zero;
    }

    private ref Window Find(TKey key, long now)
    {
        if (!_places.TryGetValue(key, out var place))
        {
            place = _windows.Count < maxKeys ? _windows.Count : Evict(now);
            if (place == _windows.Count)
            {
                _windows.Add(default);
                place = Mix(key, place);
            }

            _windows[place] = new Window { Key = key, Began = now };
            _places.Add(key, place);
        }

        ref var window = ref CollectionsMarshal.AsSpan(_windows)[place];
        window.MoveTo(now, _step);
        return ref window;
    }

    /// <summary>Those who came together must not stand together: the new key takes somebody's place, who moves to the end.</summary>
    private int Mix(TKey key, int end)
    {
        var place = (int)((uint)key.GetHashCode() % (uint)(end + 1));
        if (place != end)
        {
            _windows[end] = _windows[place];
            _places[_windows[end].Key] = end;
        }

        return place;
    }

    private int Evict(long now)
    {
        var windows = CollectionsMarshal.AsSpan(_windows);
        var (least, sum) = (-1, int.MaxValue);
        for (var i = 0; i < Looks && sum > 0; i++)
        {
            _hand = (_hand + 1) % windows.Length;
            windows[_hand].MoveTo(now, _step);
            if (windows[_hand].Sum < sum)
            {
                (least, sum) = (_hand, windows[_hand].Sum);
            }
        }

        _places.Remove(windows[least].Key);
        _evictions++;
        return least;
    }

    [InlineArray(Steps)]
    private struct Counts
    {
        private int _first;
    }

    private struct Window
    {
        public TKey Key;

        /// <summary>When the newest step began.</summary>
        public long Began;

        /// <summary>The newest step first.</summary>
        public Counts Counts;

        public readonly int Sum
        {
            get
            {
                var sum = 0;
                foreach (var count in Counts)
                {
                    sum += count;
                }

                return sum;
            }
        }

        /// <summary>When the oldest that is counted no longer is; only while something is.</summary>
        public readonly long OldestLeaves(long step)
        {
            var oldest = Steps - 1;
            while (Counts[oldest] == 0 && oldest > 0)
            {
                oldest--;
            }

            return Began + ((Steps - oldest) * step);
        }

        public void MoveTo(long now, long step)
        {
            Span<int> counts = Counts;
            var passed = Math.Min((now - Began) / step, Steps);
            if (passed > 0)
            {
                counts[..^(int)passed].CopyTo(counts[(int)passed..]);
                counts[..(int)passed].Clear();
                Began += passed * step;
            }

            if (Sum == 0)
            {
                Began = now; // nothing is counted: the minute begins with the next one
            }
        }
    }
}
