using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Safety;

/// <summary>Address bans of an embedded server, at most <see cref="MaxBans"/>: beyond it one goes that is over, or the oldest.</summary>
internal sealed class InMemoryAddressBanStore(
    EmbeddedLock embedded, InMemoryAccountStore accounts, InMemoryAuditStore audit, TimeProvider time) : IAddressBanStore
{
    /// <summary>At about a kilobyte each.</summary>
    public const int MaxBans = 12_000;

    private readonly List<AddressBan> _bans = [];
    private long _dropped;

    public (int Count, long Dropped) Figures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_bans.Count, _dropped);
            }
        }
    }

    public Task<AddressBan?> Take(NewAddressBan ban, int max)
    {
        lock (embedded.Gate)
        {
            if (_bans.Find(b => b.BanId == ban.BanId) is { } known)
            {
                return Task.FromResult<AddressBan?>(Read(known));
            }

            if (_bans.Count(b => Read(b).InForce) >= max)
            {
                return Task.FromResult<AddressBan?>(null);
            }

            var now = time.GetUtcNow();
            var taken = new AddressBan(
                ban.BanId, ban.Scope, ban.Key, ban.Label, ban.Reason, ban.Text, ban.DecidedBy, now, now + ban.Duration, ban.Duration, null, null);
            _bans.Add(taken);
            audit.AppendLocked(new AuditNote(
                ban.DecidedBy, "address.ban", ban.BanId.ToString(), new { ban.Scope, ban.Reason, ban.Text, taken.Until }));
            if (_bans.Count > MaxBans)
            {
                _bans.RemoveAt(Math.Max(0, _bans.FindIndex(b => !Read(b).InForce)));
                _dropped++;
            }

            return Task.FromResult<AddressBan?>(taken);
        }
    }

    public Task<AddressBan?> Lift(Guid banId, Guid actor, string note)
    {
        lock (embedded.Gate)
        {
            var at = _bans.FindIndex(b => b.BanId == banId && Read(b).InForce);
            if (at < 0)
            {
                return Task.FromResult<AddressBan?>(null);
            }

            _bans[at] = _bans[at] with { LiftedAt = time.GetUtcNow(), LiftedBy = actor, Label = null };
            audit.AppendLocked(new AuditNote(actor, "address.lift", banId.ToString(), new { _bans[at].Scope, Note = note }));
            return Task.FromResult<AddressBan?>(Read(_bans[at]));
        }
    }

    public Task<AddressBan?> Find(Guid banId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_bans.Find(b => b.BanId == banId) is { } ban ? Read(ban) : null);
        }
    }

    public Task<IReadOnlyList<AddressBan>> InForce(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<AddressBan>>([.. Enumerable.Reverse(_bans).Select(Read).Where(b => b.InForce).Take(limit)]);
        }
    }

    public Task<IReadOnlyList<AddressBan>> List(int limit, int skip = 0)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<AddressBan>>([.. Enumerable.Reverse(_bans).Skip(skip).Take(limit).Select(Read)]);
        }
    }

    public Task<int> Reach(AddressScope scope, byte[] key)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(accounts.FromLocked(
                keys => (scope == AddressScope.Address ? keys.Address : keys.Network).AsSpan().SequenceEqual(key)).Count());
        }
    }

    public Task<IReadOnlyList<AddressKeys>> KeysOf(Guid userId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<AddressKeys>>(accounts.KeysOfLocked(userId) is { } keys ? [keys] : []);
        }
    }

    public Task<(int Address, int Network)> Shares(Guid userId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(accounts.KeysOfLocked(userId) is not { } own ? (0, 0) : (
                accounts.FromLocked(keys => keys.Address.AsSpan().SequenceEqual(own.Address)).Count(u => u != userId),
                accounts.FromLocked(keys => keys.Network.AsSpan().SequenceEqual(own.Network)).Count(u => u != userId)));
        }
    }

    public Task<int> DeleteLabels(int limit)
    {
        lock (embedded.Gate)
        {
            var over = LabelsOver().Take(limit).ToList();
            over.ForEach(at => _bans[at] = _bans[at] with { Label = null });
            return Task.FromResult(over.Count);
        }
    }

    public Task<int> CountLabels(int limit)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(LabelsOver().Take(limit).Count());
        }
    }

    private IEnumerable<int> LabelsOver() =>
        Enumerable.Range(0, _bans.Count).Where(at => _bans[at].Label is not null && !Read(_bans[at]).InForce);

    private AddressBan Read(AddressBan ban) => ban with { Remaining = ban.Until - time.GetUtcNow() };
}
