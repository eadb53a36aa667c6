using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Memory;

/// <summary>
/// Watches how near the limit this process is, and makes room: caches shrink and old things go before anybody is
/// refused. Level, thresholds and history are read from any thread; one clean-up runs at a time, and the level is judged
/// on while it does: it may wait for the database.
/// </summary>
internal sealed class MemoryManager : BackgroundService
{
    /// <summary>Clean-ups of late that are remembered.</summary>
    public const int RecordsKept = 50;

    private const double KeptWhenHigh = 0.5;
    private static readonly TimeSpan _nearInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _shedCooldown = TimeSpan.FromSeconds(5);

    private readonly IMemoryGauge _gauge;
    private readonly IMemoryTenant[] _tenants;
    private readonly ICleanup[] _cleanups;
    private readonly ICleanupTurns _turns;
    private readonly MemoryOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<MemoryManager> _logger;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Queue<CleanupRecord> _records = new();
    private volatile MemoryThresholds _thresholds;
    private volatile int _level;
    private Task _cleaning = Task.CompletedTask;
    private long? _lastPressure;
    private MemoryLevel _lastPressureAt;
    private long _lastPeriodic;
    private long _lastReport;

    public MemoryManager(
        IMemoryGauge gauge, IEnumerable<IMemoryTenant> tenants, IEnumerable<ICleanup> cleanups, ICleanupTurns turns,
        IOptions<MemoryOptions> options, TimeProvider time, ILogger<MemoryManager> logger)
    {
        _gauge = gauge;
        _tenants = [.. tenants.OrderBy(tenant => tenant.Worth)];
        _cleanups = [.. cleanups];
        _turns = turns;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _thresholds = MemoryThresholds.From(_options, gauge)
            ?? throw new InvalidOperationException("The thresholds were validated at the start.");
        _lastPeriodic = _lastReport = time.GetTimestamp();
    }

    public MemoryLevel Level => (MemoryLevel)_level;

    public MemoryThresholds Thresholds => _thresholds;

    /// <summary>The caches, those that are asked first in front.</summary>
    public IReadOnlyList<IMemoryTenant> Tenants => _tenants;

    /// <summary>True while new work is to be refused with 503.</summary>
    public bool IsShedding => Level == MemoryLevel.Shed;

    /// <summary>
    /// Until the next look: a quarter of a second near the limit, and when it was just brought away from there, because what filled the
    /// memory may do so again in seconds.
    /// </summary>
    public TimeSpan Pause =>
        (Level >= MemoryLevel.High || (_lastPressure is { } last && _time.GetElapsedTime(last) < _options.CleanupCooldown))
        && _options.CheckInterval > _nearInterval
            ? _nearInterval
            : _options.CheckInterval;

    public MemoryReading Read() => _gauge.Read();

    /// <summary>The clean-ups of late, at most fifty, the newest first.</summary>
    public IReadOnlyList<CleanupRecord> Records()
    {
        lock (_records)
        {
            return [.. _records.Reverse()];
        }
    }

    /// <summary>Other thresholds from now on, in MB; false when they are not in order (0 &lt; warning &lt; critical &lt; limit).</summary>
    public bool TryChange(int warningMb, int criticalMb)
    {
        if (_thresholds.With(warningMb, criticalMb) is not { } thresholds)
        {
            return false;
        }

        _thresholds = thresholds;
        MemoryLog.ThresholdsChanged(_logger, warningMb, criticalMb);
        return true;
    }

    /// <summary>
    /// Cleans up now: what helps at once without waiting, the rest after the clean-up that is under way. What fails is
    /// recorded and does not stop the rest.
    /// </summary>
    public async Task<CleanupRecord> Clean(CleanupDepth depth, CancellationToken stopping = default)
    {
        var (at, began, before, found) = (_time.GetUtcNow(), _time.GetTimestamp(), _gauge.Read().Rss, Level);
        var actions = Relieve(depth, found);
        await _turn.WaitAsync(stopping);
        try
        {
            foreach (var cleanup in _cleanups)
            {
                actions.Add(await Run(
                    cleanup.Name, async () => await IsOurs(cleanup, depth) ? await cleanup.Run(depth, stopping) : 0, stopping));
            }

            return Keep(at, began, before, depth, found, actions);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>What a clean-up would do now, part by part under the same names; does nothing. What cannot be counted is said.</summary>
    public async Task<IReadOnlyList<PlannedAction>> Plan(CleanupDepth depth, CancellationToken stopping = default)
    {
        var planned = new List<PlannedAction>();
        if (depth != CleanupDepth.Periodic)
        {
            var keep = Kept(depth, Level);
            foreach (var tenant in _tenants)
            {
                var (entries, bytes) = tenant.Excess(keep);
                planned.Add(new PlannedAction($"shrink_{tenant.Name}", entries, bytes));
            }

            if (keep == 0)
            {
                planned.Add(new PlannedAction("collect", 1));
            }
        }

        foreach (var cleanup in _cleanups)
        {
            var counted = await Run(cleanup.Name, () => cleanup.Count(depth, stopping), stopping);
            planned.Add(new PlannedAction(counted.Name, counted.Count, Error: counted.Error));
        }

        return planned;
    }

    /// <summary>Empties every cache; answers how many entries went from each.</summary>
    public IReadOnlyDictionary<string, int> ClearCaches() => _tenants.ToDictionary(tenant => tenant.Name, tenant => tenant.Shrink(0));

    /// <summary>Looks once, moves the level, and begins a clean-up when one is due and none is under way.</summary>
    public void Look(CancellationToken stopping = default)
    {
        var level = Judge();
        if (Due(level) is { } depth)
        {
            if (_cleaning.IsCompleted)
            {
                _cleaning = Clean(depth, stopping);
            }
            else
            {
                // The one under way waits for the database; memory does not.
                var (at, began, before) = (_time.GetUtcNow(), _time.GetTimestamp(), _gauge.Read().Rss);
                Keep(at, began, before, depth, level, Relieve(depth, level));
            }

            Judge();
        }

        if (_time.GetElapsedTime(_lastReport) >= _options.ReportPeriod)
        {
            _lastReport = _time.GetTimestamp();
            var reading = _gauge.Read();
            MemoryLog.Report(_logger, Level, Megabytes(reading.Rss), Megabytes(reading.Heap), Megabytes(reading.Committed), Megabytes(_thresholds.Limit));
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Look(stoppingToken);
                await Task.Delay(Pause, _time, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>What helps at once and asks nobody: caches shrink, and past critical the heap is compacted.</summary>
    private List<CleanupAction> Relieve(CleanupDepth depth, MemoryLevel level)
    {
        var actions = new List<CleanupAction>();
        if (depth == CleanupDepth.Periodic)
        {
            return actions;
        }

        var keep = Kept(depth, level);
        foreach (var tenant in _tenants)
        {
            var began = _time.GetTimestamp();
            actions.Add(new CleanupAction($"shrink_{tenant.Name}", tenant.Shrink(keep), Milliseconds(began)));
        }

        if (keep == 0)
        {
            var began = _time.GetTimestamp();
            _gauge.Collect();
            actions.Add(new CleanupAction("collect", 1, Milliseconds(began)));
        }

        return actions;
    }

    /// <summary>The part of what it may hold that a cache keeps.</summary>
    private static double Kept(CleanupDepth depth, MemoryLevel level) =>
        depth == CleanupDepth.Pressure && level < MemoryLevel.Critical ? KeptWhenHigh : 0;

    private CleanupDepth? Due(MemoryLevel level)
    {
        // What was not enough a level lower does not have to wait. And while people are refused, a collection is cheap.
        var cooldown = level == MemoryLevel.Shed && _options.CleanupCooldown > _shedCooldown ? _shedCooldown : _options.CleanupCooldown;
        if (level >= MemoryLevel.High
            && (level > _lastPressureAt || _lastPressure is not { } last || _time.GetElapsedTime(last) >= cooldown))
        {
            (_lastPressure, _lastPressureAt) = (_time.GetTimestamp(), level);
            return CleanupDepth.Pressure;
        }

        if (_cleaning.IsCompleted && _time.GetElapsedTime(_lastPeriodic) >= _options.CleanupPeriod)
        {
            _lastPeriodic = _time.GetTimestamp();
            return CleanupDepth.Periodic;
        }

        return null;
    }

    // A little less than the period: the next round of the same instance must find its own turn over.
    private async ValueTask<bool> IsOurs(ICleanup cleanup, CleanupDepth depth) =>
        depth != CleanupDepth.Periodic || !cleanup.IsShared || await _turns.Take(cleanup.Name, _options.CleanupPeriod * 0.9);

    private MemoryLevel Judge()
    {
        var reading = _gauge.Read();
        var before = Level;
        var level = _thresholds.LevelAt(reading.UsedOf(_thresholds.Limit), before);
        if (level != before)
        {
            _level = (int)level;
            MemoryLog.LevelChanged(_logger, before, level, Megabytes(reading.Rss), Megabytes(reading.Committed), Megabytes(_thresholds.Limit));
        }

        return level;
    }

    private async Task<CleanupAction> Run(string name, Func<Task<int>> action, CancellationToken stopping)
    {
        var began = _time.GetTimestamp();
        try
        {
            var count = await action();
            return new CleanupAction(name, count, Milliseconds(began));
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            MemoryLog.CleanupFailed(_logger, name, e);
            return new CleanupAction(name, 0, Milliseconds(began), e.GetType().Name);
        }
    }

    private CleanupRecord Keep(
        DateTimeOffset at, long began, long rssBefore, CleanupDepth depth, MemoryLevel level, IReadOnlyList<CleanupAction> actions)
    {
        var record = new CleanupRecord(at, depth, level, rssBefore - _gauge.Read().Rss, Milliseconds(began), actions);
        lock (_records)
        {
            _records.Enqueue(record);
            if (_records.Count > RecordsKept)
            {
                _records.Dequeue();
            }
        }

        MemoryLog.Cleaned(_logger, record.Depth, record.Level, Megabytes(record.FreedBytes), record.Milliseconds);
        return record;
    }

    private long Milliseconds(long began) => (long)_time.GetElapsedTime(began).TotalMilliseconds;

    private static long Megabytes(long bytes) => bytes / 1024 / 1024;
}
