using Matchmaker.Features.Calls;

namespace Matchmaker.Tests.Support;

/// <summary>The real store, that answers nothing about a user or an end while it is away.</summary>
internal sealed class AwayCallStore(ICallStore inner) : ICallStore
{
    private int _readsOfOne;
    private int _readsOfMany;

    public bool IsAway { get; set; }

    /// <summary>Ends wait for it.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public async Task<EndedCall?> End(CallEnd end)
    {
        await Gate;
        return IsAway ? throw new TimeoutException() : await inner.End(end);
    }

    public Task<IReadOnlyList<StartedCall>> Start(IReadOnlyList<CallPair> pairs, long? epoch, CallOrigin origin) =>
        inner.Start(pairs, epoch, origin);

    public Task<AttachedSeat?> Attach(Guid userId, Guid callId, string connectionId, bool take) =>
        IsAway ? throw new TimeoutException() : inner.Attach(userId, callId, connectionId, take);

    /// <summary>Active calls that were read are answered after it.</summary>
    public Task Answers { get; set; } = Task.CompletedTask;

    /// <summary>Answered reads of one user's call, and of many users' calls at once.</summary>
    public (int OfOne, int OfMany) Reads => (Volatile.Read(ref _readsOfOne), Volatile.Read(ref _readsOfMany));

    public async Task<ActiveCall?> FindActive(Guid userId)
    {
        var read = IsAway ? throw new TimeoutException() : await inner.FindActive(userId);
        Interlocked.Increment(ref _readsOfOne);
        await Answers;
        return read;
    }

    public async Task<IReadOnlyList<ActiveCall>> ListActive(IReadOnlyCollection<Guid> users)
    {
        var read = await inner.ListActive(users);
        Interlocked.Increment(ref _readsOfMany);
        await Answers;
        return read;
    }

    public Task<IReadOnlyList<(Guid CallId, EndReason Reason)>> Sweep(TimeSpan grace, int limit) => inner.Sweep(grace, limit);

    public Task<IReadOnlyList<HistoryEntry>> History(Guid userId, int limit, (DateTimeOffset StartedAt, Guid CallId)? before) =>
        inner.History(userId, limit, before);

    public Task<HistoryEntry?> FindInHistory(Guid userId, Guid callId) => inner.FindInHistory(userId, callId);

    public Task<int> Archive(TimeSpan age, int limit) => inner.Archive(age, limit);

    public Task<int> CountAbandoned(TimeSpan grace, int limit) => inner.CountAbandoned(grace, limit);

    public Task<int> CountOld(TimeSpan age, int limit) => inner.CountOld(age, limit);

    public Task<int> Forget(TimeSpan age, int limit) => inner.Forget(age, limit);

    public Task<int> CountForgettable(TimeSpan age, int limit) => inner.CountForgettable(age, limit);

    public Task Erase(Guid userId) => inner.Erase(userId);
}
