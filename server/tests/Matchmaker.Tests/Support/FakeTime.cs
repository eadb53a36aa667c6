namespace Matchmaker.Tests.Support;

/// <summary>A clock that moves only when told. Timers that fall due run inside <see cref="Advance"/>, in their order.</summary>
internal sealed class FakeTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<FakeTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long _ticks = 1;
    private long _jump = long.MinValue;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _ticks;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    /// <summary>
    /// Moves both clocks forward. Over a day or more a timer that repeats, or is set again, runs first and last, and not
    /// millions of times between.
    /// </summary>
    public void Advance(TimeSpan by)
    {
        var isLong = by >= TimeSpan.FromDays(1);
        long target;
        lock (_gate)
        {
            target = _ticks + by.Ticks;
            _jump = isLong ? target : long.MinValue;
        }

        while (Next(target, isLong) is { } timer)
        {
            timer.Run();
        }

        lock (_gate)
        {
            MoveTo(target);
            _jump = long.MinValue;
        }
    }

    /// <summary>Sets the wall clock alone, as an operator or NTP does; durations do not notice.</summary>
    public void SetUtcNow(DateTimeOffset now)
    {
        lock (_gate)
        {
            _now = now;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private FakeTimer? Next(long target, bool isLong)
    {
        lock (_gate)
        {
            var timer = _timers.Where(t => t.Due <= target).MinBy(t => t.Due);
            if (timer is not null)
            {
                MoveTo(Math.Max(_ticks, timer.Due));
                timer.Rearm(isLong ? target : timer.Due);
            }

            return timer;
        }
    }

    private void MoveTo(long ticks)
    {
        _now += TimeSpan.FromTicks(ticks - _ticks);
        _ticks = ticks;
    }

    private sealed class FakeTimer(FakeTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._gate)
            {
                time._timers.Remove(this);
                _period = period;
                if (dueTime >= TimeSpan.Zero)
                {
                    Due = Math.Max(time._ticks + dueTime.Ticks, time._jump);
                    time._timers.Add(this);
                }

                return true;
            }
        }

        /// <summary>Due a period later, or as late before <paramref name="last"/> as whole periods allow.</summary>
        public void Rearm(long last)
        {
            if (_period > TimeSpan.Zero)
            {
                Due += _period.Ticks * Math.Max(1, (last - Due) / _period.Ticks);
            }
            else
            {
                time._timers.Remove(this);
            }
        }

        public void Run() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
