using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Matching;

/// <summary>
/// Invites of an embedded server. Live ones are bounded by <see cref="LiveInvites"/>; ended ones are kept for five minutes,
/// and as many that there are at most <see cref="MaxInvites"/>.
/// </summary>
internal sealed class InMemoryInviteStore(
    EmbeddedLock embedded, InMemorySeats seats, InMemoryPresenceStore presence, InMemorySafetyStore safety,
    InMemoryMeasureStore measures, IAccountStore accounts, TimeProvider time) : IInviteStore
{
    /// <summary>Live and ended, at about 400 bytes each.</summary>
    public const int MaxInvites = 40_000;

    private static readonly TimeSpan RememberEnded = TimeSpan.FromMinutes(5);
    private readonly Dictionary<Guid, Row> _invites = [];
    private readonly Dictionary<(Guid Low, Guid High), Row> _live = [];
    private readonly Queue<(DateTimeOffset At, Guid InviteId)> _ended = new();

    public int Count
    {
        get
        {
            lock (embedded.Gate)
            {
                return _invites.Count;
            }
        }
    }

    public Task<CreatedInvite> Create(NewInvite invite, TimeSpan ring)
    {
        lock (embedded.Gate)
        {
            var (from, to) = (invite.FromUserId, invite.ToUserId);
            var now = time.GetUtcNow();
            if (seats.IsSeatedLocked(from))
            {
                return Task.FromResult(new CreatedInvite(CreateOutcome.Busy));
            }

            if (measures.BarredByLocked(from) is not null || measures.BarredByLocked(to) is not null || safety.IsBlockedLocked(from, to) || seats.IsSeatedLocked(to) || presence.OpenConnectionLocked(to, null) is null)
            {
                return Task.FromResult(new CreatedInvite(CreateOutcome.Unavailable));
            }

            if (safety.CooldownLocked(from, to) is { } until)
            {
                return Task.FromResult(new CreatedInvite(CreateOutcome.Cooldown, Remaining: until - now));
            }

            if (_live.TryGetValue(Pair(from, to), out var live))
            {
                if (live.ExpiresAt > now)
                {
                    return Task.FromResult(new CreatedInvite(
                        live.Invite.FromUserId == from ? CreateOutcome.Repeated : CreateOutcome.Crossing,
                        live.Invite.InviteId, live.ExpiresAt, live.ExpiresAt - now));
                }

                EndLocked(live, InviteOutcome.Expired);
            }

            if (!presence.IsAvailableLocked(to))
            {
                return Task.FromResult(new CreatedInvite(CreateOutcome.Unavailable));
            }

            var row = new Row(invite, now + ring);
            _invites.Add(invite.InviteId, row);
            _live.Add(Pair(from, to), row);
            return Task.FromResult(new CreatedInvite(CreateOutcome.Created, invite.InviteId, row.ExpiresAt, ring));
        }
    }

    public Task<EndedInvite?> End(Guid inviteId, InviteOutcome outcome, TimeSpan? cooldown)
    {
        lock (embedded.Gate)
        {
            if (!_invites.TryGetValue(inviteId, out var row) || row.Outcome is not null
                || (outcome == InviteOutcome.Expired && row.ExpiresAt > time.GetUtcNow()))
            {
                return Task.FromResult<EndedInvite?>(null);
            }

            EndLocked(row, outcome);
            var (from, to) = (row.Invite.FromUserId, row.Invite.ToUserId);
            DateTimeOffset? until = cooldown is { } c ? safety.ExtendCooldownLocked(from, to, time.GetUtcNow() + c) : null;
            return Task.FromResult<EndedInvite?>(new EndedInvite(from, to, until));
        }
    }

    public async Task<StoredInvite?> Extend(Guid inviteId, Guid fromUserId, TimeSpan by, int max)
    {
        lock (embedded.Gate)
        {
            if (!_invites.TryGetValue(inviteId, out var row) || row.Outcome is not null || row.Invite.FromUserId != fromUserId
                || row.Extensions >= max || row.ExpiresAt <= time.GetUtcNow())
            {
                return null;
            }

            row.ExpiresAt += by;
            row.Extensions++;
        }

        return await Find(inviteId);
    }

    public async Task<StoredInvite?> Find(Guid inviteId)
    {
        Row? row;
        lock (embedded.Gate)
        {
            row = _invites.GetValueOrDefault(inviteId);
        }

        return row is null ? null : await Read(row);
    }

    public Task<IReadOnlyList<StoredInvite>> LiveOf(Guid userId) => LiveOf([userId]);

    public async Task<IReadOnlyList<StoredInvite>> LiveOf(IReadOnlyCollection<Guid> users)
    {
        List<Row> rows;
        lock (embedded.Gate)
        {
            rows = [.. _live.Values.Where(r => r.ExpiresAt > time.GetUtcNow() && (users.Contains(r.Invite.FromUserId) || users.Contains(r.Invite.ToUserId)))];
        }

        var read = new List<StoredInvite>(rows.Count);
        foreach (var row in rows)
        {
            read.Add(await Read(row));
        }

        return read;
    }

    public Task<int> DeleteEnded(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(ForgetEnded(limit));
        }
    }

    public Task<int> CountEnded(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_ended.Take(limit).TakeWhile(ended => IsOver(ended.At)).Count());
        }
    }

    /// <summary>This store loses nothing before the process ends.</summary>
    public Task Restore(IReadOnlyCollection<StoredInvite> invites) => Task.CompletedTask;

    public bool IsLiveLocked(Guid inviteId) =>
        _invites.TryGetValue(inviteId, out var row) && row.Outcome is null && row.ExpiresAt > time.GetUtcNow();

    public void AcceptLocked(Guid inviteId, Guid callId)
    {
        var row = _invites[inviteId];
        row.CallId = callId;
        EndLocked(row, InviteOutcome.Accepted);
    }

    private void EndLocked(Row row, InviteOutcome outcome)
    {
        row.Outcome = outcome;
        _live.Remove(Pair(row.Invite.FromUserId, row.Invite.ToUserId));
        _ended.Enqueue((time.GetUtcNow(), row.Invite.InviteId));
        ForgetEnded(int.MaxValue);
    }

    private int ForgetEnded(int limit)
    {
        var forgotten = 0;
        while (forgotten < limit && _ended.TryPeek(out var oldest) && (_invites.Count > MaxInvites || IsOver(oldest.At)))
        {
            _invites.Remove(_ended.Dequeue().InviteId);
            forgotten++;
        }

        return forgotten;
    }

    private bool IsOver(DateTimeOffset endedAt) => time.GetUtcNow() - endedAt > RememberEnded;

    private async Task<StoredInvite> Read(Row row)
    {
        var from = await accounts.FindUser(row.Invite.FromUserId) ?? Cards.Deleted(row.Invite.FromUserId);
        return new StoredInvite(
            row.Invite.InviteId, from, row.Invite.ToUserId, row.Invite.ConnectionId, row.Invite.CallSeconds, row.ExpiresAt,
            row.ExpiresAt - time.GetUtcNow(), row.Extensions, row.Outcome, row.CallId);
    }

    private static (Guid Low, Guid High) Pair(Guid a, Guid b) => a.CompareTo(b) < 0 ? (a, b) : (b, a);

    private sealed class Row(NewInvite invite, DateTimeOffset expiresAt)
    {
        public NewInvite Invite => invite;

        public DateTimeOffset ExpiresAt { get; set; } = expiresAt;

        public int Extensions { get; set; }

        public InviteOutcome? Outcome { get; set; }

        public Guid? CallId { get; set; }
    }
}
