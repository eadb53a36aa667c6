namespace Matchmaker.Platform.Lifetime;

/// <summary>Where this process is between its start and its end; it only ever moves forward.</summary>
internal sealed class Lifecycle : IReadinessCheck
{
    public const string Starting = "starting";

    private volatile bool _started;
    private volatile bool _draining;

    public Lifecycle(IHostApplicationLifetime lifetime)
    {
        lifetime.ApplicationStarted.Register(() => _started = true);
        lifetime.ApplicationStopping.Register(Drain);
    }

    /// <summary>True when nobody new is taken any more, and nothing is led.</summary>
    public bool IsDraining => _draining;

    /// <summary>Takes nobody new from here on.</summary>
    public void Drain() => _draining = true;

    public ValueTask<Unready?> Check() => new(_draining ? new Unready("draining") : _started ? null : new Unready(Starting));
}
