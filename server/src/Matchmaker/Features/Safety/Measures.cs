using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Safety;

/// <summary>
/// What is done about people, and where somebody stands. A measure has its effect here as soon as it is durable, and on every
/// other instance when its <see cref="MeasureWatch"/> sees it. A copy may say yes, never no: a no is asked for again, so that
/// whoever is let off gets in at once.
/// </summary>
internal sealed class Measures(
    IMeasureStore store, Accounts.Accounts accounts, SafetyMetrics metrics, IOptions<SafetyOptions> options, TimeProvider time,
    ILogger<Measures> logger) : IDisposable
{
    /// <summary>The longest sentence for a person, in characters.</summary>
    public const int MaxText = 500;

    private const int StandingBytes = 90;

    // However old: the watch changes what is no longer so. Only who is known here gets in while the database is away.
    // Written by Announce alone, but for those who were unknown: what is known counts as carried out.
    private readonly BoundedStore<Guid, Standing> _copies = new(
        "standings", worth: 2, new(options.Value.CachedStandings, 2048L * options.Value.CachedStandings, TimeSpan.FromMinutes(1)),
        static standing => StandingBytes + (2 * (standing.Text?.Length ?? 0)), time);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A user stands elsewhere than before: what they are in ends. Waited for, though not for long, before <see cref="Changed"/>.
    /// </summary>
    public event Func<Guid, Standing, Task>? Changing;

    /// <summary>A user stands elsewhere than before; raised on every instance, and more than once perhaps.</summary>
    public event Action<Guid, Standing>? Changed;

    /// <summary>The bounded copies, for the memory manager.</summary>
    public IMemoryTenant Copies => _copies;

    /// <summary>Durable when it returns, and carried out here. The same id again answers the same measure.</summary>
    public async Task<Outcome<Measure>> Take(NewMeasure measure)
    {
        if (!PlainText.TryRead(measure.Text, MaxText, out var text))
        {
            return CommonRefusals.InvalidArgument("text", $"A text has 1 to {MaxText} characters.");
        }

        if (measure.Duration is { } duration && (measure.Kind == MeasureKind.Warn || duration < TimeSpan.FromSeconds(1)))
        {
            return CommonRefusals.InvalidArgument("durationSeconds");
        }

        var taken = await store.Take(measure with { Text = text });
        if (taken.UserId != measure.UserId || taken.Kind != measure.Kind)
        {
            return CommonRefusals.InvalidArgument("measureId", "This id is that of another measure.");
        }

        SafetyLog.Taken(logger, taken.Kind, taken.MeasureId, taken.UserId);
        metrics.Taken(taken.Kind);
        await Announce(taken.UserId, taken);
        return taken;
    }

    /// <summary>Ends a measure before its time.</summary>
    public async Task<Outcome<Measure>> Lift(Guid measureId, Guid? actor, string note)
    {
        if (await store.Lift(measureId, actor, note) is not { } lifted)
        {
            return await store.Find(measureId) is null ? CommonRefusals.NotFound : SafetyRefusals.AlreadyDecided;
        }

        SafetyLog.Lifted(logger, measureId, lifted.UserId);
        metrics.Lifted(lifted.Kind);
        await Announce(lifted.UserId);
        return lifted;
    }

    /// <summary>A user acknowledges a warning.</summary>
    public async Task<Outcome<Nothing>> See(Guid userId, Guid measureId)
    {
        if (!await store.See(userId, measureId))
        {
            return CommonRefusals.NotFound;
        }

        await Announce(userId);
        return Nothing.Value;
    }

    /// <summary>Where somebody stands now, as the store says.</summary>
    public Task<Standing> StandingOf(Guid userId) => store.StandingOf(userId);

    /// <summary>All that was done about somebody, the latest first.</summary>
    public Task<IReadOnlyList<Measure>> Of(Guid userId) => store.Of(userId);

    /// <summary>What is known here, however old; null when nothing is, or when it is over by now.</summary>
    public Standing? Known(Guid userId) =>
        _copies.TryGetStale(userId, out var standing) && !(standing.Until <= time.GetUtcNow()) ? standing : null;

    /// <summary>
    /// Nothing is held against somebody, as was just read. Of who is known here already it says nothing: what was carried
    /// out meanwhile may be newer.
    /// </summary>
    public void NoteFree(Guid userId)
    {
        if (Known(userId) is null)
        {
            _copies.Put(userId, Standing.Free);
        }
    }

    /// <summary>Why a user is shut out, as the store says; null when they are not.</summary>
    public async Task<Refusal?> JudgeBan(Guid userId) => await store.StandingOf(userId) is { IsBanned: true } standing ? Refuse(standing) : null;

    /// <summary>
    /// Why a user meets nobody; null when they may. Asks the store only when the copy says no: whatever begins a meeting there
    /// says no by itself, and then <paramref name="ask"/> tells why.
    /// </summary>
    public async Task<Refusal?> JudgeMeeting(Guid userId, bool ask = false)
    {
        var isKnown = Known(userId) is { IsBarred: true };
        if (!ask && !isKnown)
        {
            return null;
        }

        var standing = await store.StandingOf(userId);
        if (isKnown && !standing.IsBarred)
        {
            await Announce(userId); // over, and this clock is late, or the word of it
        }

        return standing.IsBarred ? Refuse(standing) : null;
    }

    /// <summary>
    /// Reads where somebody stands and carries it out here: after something was changed, by whomever. Ends when it is carried
    /// out. What has been carried out before is not told again.
    /// </summary>
    /// <param name="userId">Who.</param>
    /// <param name="taken">What is known to be in force, should the database have gone away since.</param>
    public Task Announce(Guid userId, Measure? taken = null) => Announce([userId], taken);

    public async Task Announce(IReadOnlyCollection<Guid> users, Measure? taken = null)
    {
        var news = new List<(Guid User, Standing Standing)>();
        await _turn.WaitAsync(); // or an older answer might be carried out after a newer one
        try
        {
            var standings = await Read(users, taken);
            foreach (var user in users)
            {
                var standing = standings.GetValueOrDefault(user) ?? Standing.Free;
                if (Known(user) is not { } known || !IsSame(known, standing))
                {
                    _copies.Put(user, standing);
                    news.Add((user, standing));
                }
            }
        }
        finally
        {
            _turn.Release();
        }

        foreach (var (user, _) in news)
        {
            accounts.ForgetLogins(user); // they hold how the user stood
        }

        await Task.WhenAll(news.Select(n => CarryOut(n.User, n.Standing)));
    }

    public void Dispose() => _turn.Dispose();

    private Refusal Refuse(Standing standing)
    {
        metrics.Refused(StoredWord.Of(standing.Kind!.Value));
        return standing.IsBanned ? Banned.By(standing).Refuse() : SafetyRefusals.Held;
    }

    private async Task<IReadOnlyDictionary<Guid, Standing>> Read(IReadOnlyCollection<Guid> users, Measure? taken)
    {
        try
        {
            return await store.StandingOf(users);
        }
        catch (Exception e) when (taken is { InForce: true } && DatabaseFailure.IsAway(e))
        {
            // It is in force; that the database went away after it said so lets nobody off.
            return new Dictionary<Guid, Standing>
            {
                [taken.UserId] = new(taken.Kind, taken.Reason, taken.Text, taken.Until, taken.Until - taken.TakenAt, true, taken.MeasureId),
            };
        }
    }

    private async Task CarryOut(Guid userId, Standing standing)
    {
        try
        {
            var ending = (Changing?.GetInvocationList() ?? []).Cast<Func<Guid, Standing, Task>>().Select(async part =>
            {
                try
                {
                    await part(userId, standing);
                }
                catch (Exception e)
                {
                    SafetyLog.EffectFailed(logger, e, userId); // the others all the same
                }
            });
            await Task.WhenAny(Task.WhenAll(ending), Task.Delay(_patience, time));
            if (Known(userId) is not { } known || IsSame(known, standing))
            {
                Changed?.Invoke(userId, standing);
            }
        }
        catch (Exception e)
        {
            SafetyLog.EffectFailed(logger, e, userId);
        }
    }

    // Not by what remains of it, which is always less; appealing changes nothing for anybody but the one who does.
    private static bool IsSame(Standing a, Standing b) => (a.Kind, a.MeasureId, a.Until) == (b.Kind, b.MeasureId, b.Until);
}
