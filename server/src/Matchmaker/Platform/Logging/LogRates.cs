using System.Collections.Concurrent;
using Matchmaker.Platform.Realtime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Logging;

/// <summary>
/// How many lines of a kind are written: some at once, then few a second, so that a failure that happens a thousand times a
/// second is neither the whole log nor the whole processor. The next line that passes says how many did not.
/// </summary>
internal sealed class LogRates(IOptions<LogOptions> options, TimeProvider time, LoggingMetrics metrics)
{
    /// <summary>Kinds that are told apart; there are some hundred. Whatever comes after that shares one.</summary>
    public const int MaxKinds = 1000;

    private readonly ConcurrentDictionary<(string Category, int Event), Kind> _kinds = new();
    private readonly Kind _others = new(options.Value, time);

    public int Kinds => _kinds.Count;

    /// <summary>True when the line may be written, with how many of its kind were not since the last one.</summary>
    public bool TryPass(string category, int eventId, LogLevel level, out int suppressed)
    {
        if (!_kinds.TryGetValue((category, eventId), out var kind))
        {
            kind = _kinds.Count < MaxKinds
                ? _kinds.GetOrAdd((category, eventId), static (_, made) => new(made.Value, made.time), (options.Value, time))
                : _others;
        }

        if (kind.TryPass(out suppressed))
        {
            return true;
        }

        metrics.Suppress(level);
        return false;
    }

    private sealed class Kind(LogOptions options, TimeProvider time)
    {
        private readonly Lock _lock = new();
        private readonly TokenBucket _bucket = new(options.LinesPerSecond, options.LinesAtOnce, time);
        private int _suppressed;

        public bool TryPass(out int suppressed)
        {
            lock (_lock)
            {
                if (_bucket.TryTake(out _))
                {
                    suppressed = _suppressed;
                    _suppressed = 0;
                    return true;
                }

                suppressed = ++_suppressed;
                return false;
            }
        }
    }
}
