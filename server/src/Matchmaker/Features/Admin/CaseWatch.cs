using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Admin;

/// <summary>
/// Tells the consoles of this instance when there is more or less to do, and closes those whose session is over. While
/// nobody is connected it asks nobody.
/// </summary>
internal sealed class CaseWatch(
    AdminConnections connections, ConsoleCases cases, IAdminStore store, IOutbox outbox, TimeProvider time, ILogger<CaseWatch> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private CasesChanged? _told;
    private int _asked;
    private int _answered;

    /// <summary>Somebody is new here: the next look is told whatever it finds.</summary>
    public void TellAgain() => Interlocked.Increment(ref _asked);

    /// <summary>One look.</summary>
    internal async Task Look()
    {
        var asked = Volatile.Read(ref _asked);
        var open = connections.All();
        if (open.Count == 0)
        {
            return;
        }

        var live = (await store.Live([.. open.Select(o => o.Login.SessionId).Distinct()])).ToHashSet();
        foreach (var (id, _) in open.Where(o => !live.Contains(o.Login.SessionId)))
        {
            outbox.Close(id);
        }

        var now = await cases.Count();
        if (now == _told && asked == _answered)
        {
            return;
        }

        (_told, _answered) = (now, asked);
        foreach (var (id, _) in open.Where(o => live.Contains(o.Login.SessionId)))
        {
            outbox.ToConnection(id, AdminEvents.CasesChanged, now, supersede: AdminEvents.CasesChanged.Name);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look();
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                AdminLog.WatchFailed(logger);
            }
        }
    }
}
