using Matchmaker.Features.Safety;

namespace Matchmaker.Tests.Support;

/// <summary>A store that can go away, and that can commit and then be gone before anybody reads it.</summary>
internal sealed class FaultyMeasureStore(IMeasureStore inner) : IMeasureStore
{
    public bool IsAway { get; set; }

    /// <summary>The next measure is written, and with its answer the database is gone.</summary>
    public bool GoesAfterTaking { get; set; }

    public List<DateTimeOffset?> AskedSince { get; } = [];

    public async Task<Measure> Take(NewMeasure measure)
    {
        var taken = await There(() => inner.Take(measure));
        IsAway |= GoesAfterTaking;
        return taken;
    }

    public Task<Measure?> Lift(Guid measureId, Guid? actor, string note) => There(() => inner.Lift(measureId, actor, note));

    public Task<Measure?> Find(Guid measureId) => There(() => inner.Find(measureId));

    public Task<IReadOnlyList<Measure>> Of(Guid userId, int limit = 100) => There(() => inner.Of(userId, limit));

    public Task<Standing> StandingOf(Guid userId) => There(() => inner.StandingOf(userId));

    public Task<IReadOnlyDictionary<Guid, Standing>> StandingOf(IReadOnlyCollection<Guid> users) => There(() => inner.StandingOf(users));

    public Task<(int Holds, int Bans)> CountInForce() => There(inner.CountInForce);

    public Task<bool> See(Guid userId, Guid measureId) => There(() => inner.See(userId, measureId));

    public Task<MeasureChanges> ChangedSince(DateTimeOffset? since, MeasureChange? after, int limit)
    {
        AskedSince.Add(since);
        return There(() => inner.ChangedSince(since, after, limit));
    }

    private Task<T> There<T>(Func<Task<T>> work) => IsAway ? Task.FromException<T>(new TimeoutException()) : work();
}
