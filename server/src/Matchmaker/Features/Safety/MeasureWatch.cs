using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Safety;

/// <summary>
/// Asks the rows what was done about people, by whichever instance: one indexed statement each half second. Whoever decided may have
/// died right after; what was missed while the database was away is asked for from the last answer on.
/// </summary>
internal sealed class MeasureWatch(
    IMeasureStore store, Measures measures, AddressBans addressBans, IOptions<SafetyOptions> options, TimeProvider time, ILogger<MeasureWatch> logger)
    : BackgroundService
{
    /// <summary>Changes read at a time.</summary>
    public const int AtOnce = 500;

    /// <summary>Changes that are known to be carried out: more than the overlap of two questions can hold.</summary>
    public const int MaxSeen = 20_000;

    private readonly Recent<MeasureChange> _seen = new(MaxSeen, TimeSpan.FromMinutes(1), time);
    private DateTimeOffset? _since;
    private string? _addressBans;

    public int Seen => _seen.Count;

    /// <summary>Looks once; what is new is carried out when it returns, or is what the next look begins with.</summary>
    public async Task Look()
    {
        DateTimeOffset? asked = null;
        MeasureChanges page;
        MeasureChange? last = null;
        do
        {
            page = await store.ChangedSince(_since, last, AtOnce);
            asked ??= page.AskedAt;
            if (page.AddressBans != _addressBans)
            {
                await addressBans.Refresh();
                _addressBans = page.AddressBans;
            }

            var news = page.Changes.Where(c => !_seen.Contains(c)).ToList();
            if (news.Count > 0)
            {
                await measures.Announce([.. news.Select(c => c.UserId).Distinct()]);
                news.ForEach(c => _seen.Add(c));
            }

            last = page.Changes is [.., var end] ? end : null;
        }
        while (page.Changes.Count == AtOnce);
        _since = asked;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.WatchInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look();
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                SafetyLog.WatchDelayed(logger);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                SafetyLog.WatchFailed(logger, e);
            }
        }
    }
}
