using Microsoft.Extensions.Options;

namespace Matchmaker.Platform.Lifetime;

/// <summary>Something that this instance finishes or hands over before it stops; ends early when it is cut.</summary>
internal sealed record DrainStep(Func<CancellationToken, Task> Finish);

/// <summary>
/// Finishes old work before the host stops: SignalR closes every socket in the moment in which that begins. Invariant: the
/// host is stopped exactly once, after all steps, after <see cref="LifetimeOptions.DrainFor"/>, or when asked again.
/// </summary>
internal sealed class Drain(
    Lifecycle lifecycle, Readiness readiness, IEnumerable<DrainStep> steps, IHostApplicationLifetime host, IOptions<LifetimeOptions> options,
    TimeProvider time, ILogger<Drain> logger) : IDisposable
{
    private readonly CancellationTokenSource _again = new();
    private readonly Lock _gate = new();
    private Task? _draining;

    /// <summary>The first time drains and then stops, the second time stops now. Completes when the host has been told to stop.</summary>
    public Task Begin()
    {
        lock (_gate)
        {
            if (_draining is null)
            {
                return _draining = Run();
            }
        }

        _again.Cancel();
        return _draining;
    }

    public void Dispose() => _again.Dispose();

    private async Task Run()
    {
        lifecycle.Drain();
        readiness.Forget();
        LifetimeLog.Draining(logger, options.Value.DrainFor);
        var began = time.GetTimestamp();
        await Task.Yield(); // off the lock
        try
        {
            using var late = new CancellationTokenSource(options.Value.DrainFor, time);
            using var cut = CancellationTokenSource.CreateLinkedTokenSource(late.Token, _again.Token);
            foreach (var step in steps)
            {
                await step.Finish(cut.Token).WaitAsync(cut.Token);
            }

            LifetimeLog.Drained(logger, time.GetElapsedTime(began));
        }
        catch (OperationCanceledException)
        {
            LifetimeLog.Cut(logger, time.GetElapsedTime(began));
        }
        catch (Exception e)
        {
            LifetimeLog.DrainFailed(logger, e);
        }

        host.StopApplication();
    }
}
