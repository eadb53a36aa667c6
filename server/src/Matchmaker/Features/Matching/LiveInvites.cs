using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Matching;

/// <summary>
/// The invites that ring for people of this instance, to end them in time and to tell both sides; each instance tells its
/// own people. The store decides, this only knows when to ask it. Bounded by the rates of senders, and by <see cref="Max"/>
/// of all: no more are made then. That one is over is remembered for a minute: a row that was read before it must not make
/// it ring again.
/// </summary>
internal sealed class LiveInvites
{
    /// <summary>Twice what a full instance of the default size can have: ten a minute, ringing twenty seconds each or a minute at most.</summary>
    public const int Max = 20_000;

    // What another instance ended is told by it in this time; then the row is asked.
    private static readonly TimeSpan HearWithin = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Ringing> _ringing = [];
    private readonly Recent<Guid> _over;
    private readonly IInviteStore _store;
    private readonly InstanceLease _lease;
    private readonly IOutbox _outbox;
    private readonly ICarrier _carrier;
    private readonly Lobby _lobby;
    private readonly TimeProvider _time;
    private readonly MatchingMetrics _metrics;

    public LiveInvites(
        IInviteStore store, IOutbox outbox, ICarrier carrier, Lobby lobby, Calls.Calls calls, Safety.Safety safety, Measures measures,
        InstanceLease lease, TimeProvider time, MatchingMetrics metrics, ILogger<LiveInvites> logger)
    {
        (_store, _lease, _outbox, _carrier, _lobby, _time, _metrics) = (store, lease, outbox, carrier, lobby, time, metrics);
        _over = new Recent<Guid>(Max, TimeSpan.FromMinutes(1), time);
        lease.RegisteredAgain += () => _store.Restore(Known(_ => true));
        calls.Started += call => _ = EndAll(i => IsOf(i, call.Initiator.UserId) || IsOf(i, call.Other.UserId), logger);
        safety.Blocked += (a, b) => _ = EndAll(i => IsOf(i, a) && IsOf(i, b), logger);
        measures.Changing += (user, standing) => standing.IsBarred ? EndAll(i => IsOf(i, user), logger) : Task.CompletedTask;
    }

    private long _refused;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _ringing.Count;
            }
        }
    }

    /// <summary>Those that are known to be over, wherever they rang.</summary>
    public int Over => _over.Count;

    /// <summary>Invites that were not made because too many ring.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Whether one more may ring; counts those that may not.</summary>
    public bool HasRoom()
    {
        lock (_gate)
        {
            _refused += _ringing.Count < Max ? 0 : 1;
            return _ringing.Count < Max;
        }
    }

    public static InviteView View(StoredInvite i) => new(
        i.InviteId, i.From, i.CallSeconds, i.ExpiresAt, Math.Max(0, (int)Math.Ceiling(i.Remaining.TotalSeconds)));

    /// <summary>Remembers one that rings; a new one is told to the invited.</summary>
    public void Add(StoredInvite invite, bool isNew)
    {
        lock (_gate)
        {
            if (isNew || (_ringing.Count < Max && !_over.Contains(invite.InviteId)))
            {
                _ringing.TryAdd(invite.InviteId, new Ringing(invite, DueAt(invite)));
            }
        }

        if (isNew)
        {
            _outbox.ToUser(invite.ToUserId, MatchingEvents.InviteReceived, View(invite));
            _carrier.Tell(MatchingTopics.Rings, new InviteRings(invite.InviteId, invite.From.Id, invite.ToUserId));
        }
    }

    /// <summary>One that rings as another instance made it, or longer than was known: told to whom it is news.</summary>
    public void HearRings(StoredInvite invite)
    {
        bool added, extended;
        lock (_gate)
        {
            if (_over.Contains(invite.InviteId))
            {
                return; // read before it ended
            }

            var isKnown = _ringing.TryGetValue(invite.InviteId, out var known);
            added = !isKnown && _ringing.Count < Max;
            extended = isKnown && known!.Invite.ExpiresAt < invite.ExpiresAt;
            if (extended || added)
            {
                _ringing[invite.InviteId] = new Ringing(invite, DueAt(invite));
            }
        }

        if (added)
        {
            _outbox.ToUser(invite.ToUserId, MatchingEvents.InviteReceived, View(invite));
        }
        else if (extended)
        {
            TellExtended(invite);
        }
    }

    /// <summary>One that another instance ended; told once, if it rang here.</summary>
    public void HearOver(InviteEnded ended)
    {
        if (Forget(ended.InviteId))
        {
            Tell(ended);
        }
    }

    public StoredInvite[] All()
    {
        lock (_gate)
        {
            return [.. _ringing.Values.Select(r => r.Invite)];
        }
    }

    /// <summary>As the store has it. One that rings here and is not there was lost with the database's tables, and is written back.</summary>
    public async Task<StoredInvite?> Find(Guid inviteId)
    {
        var stored = await _store.Find(inviteId);
        if (stored is not null || Known(i => i.InviteId == inviteId).Count == 0)
        {
            return stored;
        }

        await _lease.Confirm();
        return await _store.Find(inviteId);
    }

    /// <summary>The live invites to and from a user; also those that this process did not know of.</summary>
    public async Task<IReadOnlyList<StoredInvite>> LiveOf(Guid userId)
    {
        var invites = await _store.LiveOf(userId);
        foreach (var missing in Known(i => IsOf(i, userId)).ExceptBy(invites.Select(i => i.InviteId), i => i.InviteId))
        {
            if (await Find(missing.InviteId) is { Outcome: null } found)
            {
                invites = [.. invites, found];
            }
        }

        foreach (var invite in invites)
        {
            Add(invite, isNew: false);
        }

        return [.. invites.Where(i => !_over.Contains(i.InviteId))];
    }

    public StoredInvite? Between(Guid a, Guid b)
    {
        lock (_gate)
        {
            return _ringing.Values.FirstOrDefault(r => IsOf(r.Invite, a) && IsOf(r.Invite, b))?.Invite;
        }
    }

    public void Extended(StoredInvite invite)
    {
        Renew(invite.InviteId, invite);
        TellExtended(invite);
        _carrier.Tell(MatchingTopics.Rings, new InviteRings(invite.InviteId, invite.From.Id, invite.ToUserId));
    }

    /// <summary>Ends one in the store and tells both; false when it was over already.</summary>
    public async Task<bool> End(Guid inviteId, InviteOutcome outcome, TimeSpan? cooldown)
    {
        if (await _store.End(inviteId, outcome, cooldown) is not { } ended)
        {
            // Over, or (one that should ring out) extended at the last moment: then it rings on.
            Renew(inviteId, await Find(inviteId));
            return false;
        }

        Ended(inviteId, ended, outcome);
        return true;
    }

    /// <summary>One has ended in the store: both hear it.</summary>
    public void Ended(Guid inviteId, EndedInvite ended, InviteOutcome outcome)
    {
        Forget(inviteId);
        _metrics.Invite(outcome);
        var message = new InviteEnded(inviteId, ended.FromUserId, ended.ToUserId, outcome, ended.CooldownUntil);
        Tell(message);
        _carrier.Tell(MatchingTopics.InviteOver, message);
    }

    /// <summary>Those that have rung out.</summary>
    public List<Guid> Due()
    {
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            return [.. _ringing.Values.Where(r => r.DueStamp <= now).Select(r => r.Invite.InviteId)];
        }
    }

    private Task EndAll(Func<StoredInvite, bool> which, ILogger logger) =>
        Task.WhenAll(Known(which).Select(invite => EndQuietly(invite.InviteId, logger)));

    private List<StoredInvite> Known(Func<StoredInvite, bool> which)
    {
        lock (_gate)
        {
            return [.. _ringing.Values.Select(r => r.Invite).Where(which)];
        }
    }

    private async Task EndQuietly(Guid inviteId, ILogger logger)
    {
        try
        {
            await End(inviteId, InviteOutcome.Unavailable, cooldown: null);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            MatchingLog.Delayed(logger); // it rings out by itself
        }
        catch (Exception e)
        {
            MatchingLog.InviteClockFailed(logger, e);
        }
    }

    private void TellExtended(StoredInvite invite)
    {
        var view = View(invite);
        var extended = new InviteExtended(view.InviteId, view.ExpiresAt, view.RemainingSeconds);
        _outbox.ToUser(invite.From.Id, MatchingEvents.InviteExtended, extended);
        _outbox.ToUser(invite.ToUserId, MatchingEvents.InviteExtended, extended);
    }

    private void Tell(InviteEnded ended)
    {
        if (ended.CooldownUntil is { } until)
        {
            _lobby.Avoid(ended.FromUserId, ended.ToUserId, until);
        }

        _outbox.ToUser(ended.FromUserId, MatchingEvents.InviteEnded, ended);
        _outbox.ToUser(ended.ToUserId, MatchingEvents.InviteEnded, ended);
    }

    private void Renew(Guid inviteId, StoredInvite? invite)
    {
        lock (_gate)
        {
            if (!_ringing.TryGetValue(inviteId, out var known))
            {
                return;
            }

            if (invite is { Outcome: null })
            {
                _ringing[inviteId] = new Ringing(invite, DueAt(invite));
                return;
            }

            if (!_carrier.IsAlone && !known.Asked)
            {
                // Whoever ended it tells how.
                _ringing[inviteId] = known with { DueStamp = _time.GetTimestamp() + (long)(HearWithin.TotalSeconds * _time.TimestampFrequency), Asked = true };
                return;
            }

            Remove(inviteId);
        }

        if (!_carrier.IsAlone && invite is { Outcome: { } outcome })
        {
            Tell(new InviteEnded(inviteId, invite.From.Id, invite.ToUserId, outcome, null));
        }
    }

    private bool Forget(Guid inviteId)
    {
        lock (_gate)
        {
            return Remove(inviteId);
        }
    }

    private bool Remove(Guid inviteId)
    {
        _over.Add(inviteId);
        return _ringing.Remove(inviteId);
    }

    private long DueAt(StoredInvite invite) =>
        _time.GetTimestamp() + (long)(Math.Max(0, invite.Remaining.TotalSeconds) * _time.TimestampFrequency);

    private static bool IsOf(StoredInvite invite, Guid userId) => invite.From.Id == userId || invite.ToUserId == userId;

    /// <param name="Invite">As it was last read.</param>
    /// <param name="DueStamp">When to end it, or to ask how it ended.</param>
    /// <param name="Asked">The store said that it is over, and nobody has told how yet.</param>
    private sealed record Ringing(StoredInvite Invite, long DueStamp, bool Asked = false);
}
