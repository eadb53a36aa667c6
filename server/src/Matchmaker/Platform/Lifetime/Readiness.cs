using System.Text.Json.Serialization;

namespace Matchmaker.Platform.Lifetime;

/// <summary>
/// What all checks say together. Asked at most once a second whoever asks, so that probing is no way to load the
/// database; a check that does not answer within two seconds is not in order.
/// </summary>
internal sealed class Readiness(IEnumerable<IReadinessCheck> checks, TimeProvider time, ILogger<Readiness> logger)
{
    private static readonly TimeSpan _fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _freshAtAGlance = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private Task<ReadinessReport>? _latest;
    private long _at;
    private volatile ReadinessReport? _said;

    // That is over without a word.
    private bool WasStarting => _said?.Reasons.Contains(Lifecycle.Starting) == true;

    public Task<ReadinessReport> Look()
    {
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && (time.GetElapsedTime(_at) >= _fresh || WasStarting)))
            {
                _at = time.GetTimestamp();
                _latest = Ask();
            }

            return _latest;
        }
    }

    /// <summary>What was said last, null when nothing was yet; waits for nobody, and has it looked at again when that is some seconds ago.</summary>
    public ReadinessReport? Glance()
    {
        lock (_gate)
        {
            if (_latest is null || (_latest.IsCompleted && time.GetElapsedTime(_at) >= _freshAtAGlance))
            {
                _ = Look();
            }
        }

        return _said;
    }

    /// <summary>What was seen no longer counts: the next look asks.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _latest = null;
        }
    }

    private async Task<ReadinessReport> Ask()
    {
        // Not under the caller's lock, whatever a check does first.
        await Task.Yield();
        var answers = await Task.WhenAll(checks.Select(Ask));
        var unready = answers.OfType<Unready>().ToList();
        var status = unready.Any(u => !u.Degraded) ? ReadinessReport.NotReady : unready.Count > 0 ? "degraded" : "ok";
        return _said = new ReadinessReport(status, [.. unready.Select(u => u.Reason)]);
    }

    private async Task<Unready?> Ask(IReadinessCheck check)
    {
        try
        {
            return await check.Check().AsTask().WaitAsync(_patience, time);
        }
        catch (Exception e)
        {
            LifetimeLog.CheckFailed(logger, e, check.GetType().Name);
            return new Unready("check_failed");
        }
    }
}

/// <summary>Answer of the probes: <c>ok</c>, <c>degraded</c> or <c>not_ready</c>, and why.</summary>
internal sealed record ReadinessReport(string Status, IReadOnlyList<string> Reasons)
{
    public const string NotReady = "not_ready";

    [JsonIgnore]
    public bool IsReady => Status != NotReady;
}
