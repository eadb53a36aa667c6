using Matchmaker.Platform.Lifetime;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Signaling;

/// <summary>
/// Looks at every TURN server after the start, and every so often, as a browser would use it. One that does not work is not
/// given to people until it does again. One that nobody has looked at yet is: the start waits for nobody.
/// </summary>
internal sealed class TurnWatch(
    IIceServerSource source, InstanceIdentity instance, TimeProvider time, IOptions<SignalingOptions> options, ILogger<TurnWatch> logger)
    : BackgroundService
{
    /// <summary>For an address that is given back at once.</summary>
    private static readonly TimeSpan CredentialLifetime = TimeSpan.FromMinutes(1);

    private TurnFinding[] _findings = [.. source.Urls.Select(_ => new TurnFinding(TurnState.Unknown))];
    private IReadOnlyList<TurnUrl> _usable = source.Urls;
    private long _lookedAt;
    private long _changedAt = time.GetTimestamp();

    /// <summary>Those that are given to people.</summary>
    public IReadOnlyList<TurnUrl> Usable => Volatile.Read(ref _usable);

    /// <summary>What was found last, in the order of the settings.</summary>
    public IReadOnlyList<TurnFinding> Findings => Volatile.Read(ref _findings);

    /// <summary>Null before the first look, and when nobody looks.</summary>
    public TimeSpan? SinceLook => Volatile.Read(ref _lookedAt) is > 0 and var at ? time.GetElapsedTime(at) : null;

    /// <summary>How long there has been a relay for people, or none.</summary>
    public TimeSpan SinceChange => time.GetElapsedTime(Volatile.Read(ref _changedAt));

    /// <summary>One look at each of them, all at once; says what is new.</summary>
    public async Task Look(CancellationToken stopping)
    {
        var found = await Task.WhenAll(source.Urls.Select(url => Find(url, stopping)));
        var before = Interlocked.Exchange(ref _findings, found);
        var usable = source.Urls.Where((_, index) => found[index].IsUsable).ToList();
        for (var i = 0; i < found.Length; i++)
        {
            if (found[i].State == before[i].State)
            {
                continue;
            }

            if (found[i].State == TurnState.Up)
            {
                SignalingLog.TurnWorks(logger, source.Urls[i].Text);
            }
            else
            {
                SignalingLog.TurnFails(logger, source.Urls[i].Text, found[i].State, found[i].Why, usable.Count);
            }
        }

        if (usable.Count > 0 != Usable.Count > 0)
        {
            Volatile.Write(ref _changedAt, time.GetTimestamp());
        }

        Volatile.Write(ref _usable, usable);
        Volatile.Write(ref _lookedAt, time.GetTimestamp());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (source.Urls.Count == 0 || options.Value.TurnCheckEvery == TimeSpan.Zero)
        {
            return;
        }

        using var timer = new PeriodicTimer(options.Value.TurnCheckEvery, time);
        do
        {
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                SignalingLog.LookFailed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<TurnFinding> Find(TurnUrl url, CancellationToken stopping)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(options.Value.TurnCheckTimeout);
        try
        {
            // A name of our own for each instance: none can use up the others' allocations.
            var credentials = source.Admit($"check-{instance.Name}", [url], time.GetUtcNow() + CredentialLifetime);
            return await TurnProbe.Look(url, credentials, patience.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new TurnFinding(TurnState.Unreachable, "no answer");
        }
    }
}
