using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Safety;

/// <summary>
/// Measures of an embedded server, at most <see cref="MaxMeasures"/>: beyond it one goes that is over, or else the oldest.
/// Invariant: a row is once in <c>_byId</c>, once in its user's list and once in <c>_order</c>.
/// </summary>
internal sealed class InMemoryMeasureStore(EmbeddedLock embedded, InMemoryAuditStore audit, TimeProvider time) : IMeasureStore, IMarks
{
    /// <summary>At about a kilobyte each.</summary>
    public const int MaxMeasures = 10_000;

    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);
    private readonly Dictionary<Guid, Row> _byId = [];
    private readonly Dictionary<Guid, List<Row>> _byUser = [];
    private readonly LinkedList<Row> _order = new();
    private long _dropped;

    public (int Count, long Dropped) Figures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_order.Count, _dropped);
            }
        }
    }

    public Task<Measure> Take(NewMeasure m)
    {
        lock (embedded.Gate)
        {
            if (_byId.TryGetValue(m.MeasureId, out var known))
            {
                return Task.FromResult(Read(known));
            }

            if (m is { DecidedBy: null, Kind: not MeasureKind.Hold } or { Duration: not null, Kind: MeasureKind.Warn })
            {
                throw new ArgumentException("Only a hold is taken by nobody, and a warning has no end.", nameof(m));
            }

            var now = time.GetUtcNow();
            var row = new Row(new Measure(
                m.MeasureId, m.UserId, m.Kind, m.Reason, m.Text, m.CaseId, m.DecidedBy, now, now + m.Duration, null, null, null, InForce: true))
            { ChangedAt = now };
            _byId.Add(m.MeasureId, row);
            _order.AddLast(row);
            if (!_byUser.TryGetValue(m.UserId, out var own))
            {
                _byUser[m.UserId] = own = [];
            }

            own.Add(row);
            audit.AppendLocked(new AuditNote(
                m.DecidedBy, $"measure.{Word(m.Kind)}", m.UserId.ToString(),
                new { m.MeasureId, m.Reason, m.Text, m.CaseId, row.Measure.Until }));
            Trim();
            return Task.FromResult(Read(row));
        }
    }

    public Task<Measure?> Lift(Guid measureId, Guid? actor, string note)
    {
        lock (embedded.Gate)
        {
            if (!_byId.TryGetValue(measureId, out var row) || !IsInForce(row))
            {
                return Task.FromResult<Measure?>(null);
            }

            LiftLocked(row, actor);
            audit.AppendLocked(new AuditNote(
                actor, "measure.lift", row.Measure.UserId.ToString(), new { MeasureId = measureId, row.Measure.Kind, Note = note }));
            return Task.FromResult<Measure?>(Read(row));
        }
    }

    public Task<Measure?> Find(Guid measureId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_byId.TryGetValue(measureId, out var row) ? Read(row) : null);
        }
    }

    public Task<IReadOnlyList<Measure>> Of(Guid userId, int limit = 100)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<Measure>>([.. Enumerable.Reverse(RowsOf(userId)).Take(limit).Select(Read)]);
        }
    }

    public Task<Standing> StandingOf(Guid userId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(StandingLocked(userId));
        }
    }

    public Task<IReadOnlyDictionary<Guid, Standing>> StandingOf(IReadOnlyCollection<Guid> users)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyDictionary<Guid, Standing>>(users.Distinct()
                .Select(u => (User: u, Standing: StandingLocked(u))).Where(s => s.Standing.Kind is not null)
                .ToDictionary(s => s.User, s => s.Standing));
        }
    }

    public Task<(int Holds, int Bans)> CountInForce()
    {
        lock (embedded.Gate)
        {
            var inForce = _order.Where(IsInForce).Select(r => r.Measure.Kind).ToList();
            return Task.FromResult((inForce.Count(k => k == MeasureKind.Hold), inForce.Count(k => k == MeasureKind.Ban)));
        }
    }

    public Task<bool> See(Guid userId, Guid measureId)
    {
        lock (embedded.Gate)
        {
            if (!_byId.TryGetValue(measureId, out var row) || row.Measure.UserId != userId || row.Measure.Kind != MeasureKind.Warn)
            {
                return Task.FromResult(false);
            }

            row.Measure = row.Measure with { SeenAt = row.Measure.SeenAt ?? time.GetUtcNow() };
            return Task.FromResult(true);
        }
    }

    /// <summary>There is no other instance that could have changed anything; address bans are not told of here.</summary>
    public Task<MeasureChanges> ChangedSince(DateTimeOffset? since, MeasureChange? after, int limit)
    {
        lock (embedded.Gate)
        {
            var now = time.GetUtcNow();
            var from = (since ?? now) - Overlap;
            return Task.FromResult(new MeasureChanges(
                now,
                [
                    .. _order.Where(r => r.ChangedAt > from)
                        .Select(r => new MeasureChange(r.Measure.MeasureId, r.Measure.UserId, r.ChangedAt))
                        .Where(c => after is not { } a || (c.ChangedAt, c.MeasureId).CompareTo((a.ChangedAt, a.MeasureId)) > 0)
                        .OrderBy(c => c.ChangedAt).ThenBy(c => c.MeasureId).Take(limit),
                ],
                ""));
        }
    }

    /// <summary>Under the lock: what was done for a case.</summary>
    public IEnumerable<Measure> OfCaseLocked(Guid caseId) => _order.Where(r => r.Measure.CaseId == caseId).Select(Read);

    /// <summary>Under the lock: the strictest that bars somebody now, as <c>barred_by</c> in SQL.</summary>
    public MeasureKind? BarredByLocked(Guid userId) => StrictestLocked(userId)?.Measure.Kind;

    public Mark? MarkOfLocked(Guid userId) => (Mark?)StandingLocked(userId).Kind;

    /// <summary>Under the lock: the row of the measure that an appeal would be against.</summary>
    internal Row? StrictestLocked(Guid userId) => RowsOf(userId)
        .Where(r => r.Measure.Kind != MeasureKind.Warn && IsInForce(r))
        .OrderByDescending(r => r.Measure.Kind).ThenByDescending(r => r.Measure.Until ?? DateTimeOffset.MaxValue).ThenBy(r => r.Measure.TakenAt)
        .FirstOrDefault();

    internal void LiftLocked(Row row, Guid? actor)
    {
        var now = time.GetUtcNow();
        row.Measure = row.Measure with { LiftedAt = now, LiftedBy = actor };
        row.ChangedAt = now;
    }

    internal Measure Read(Row row) => row.Measure with { InForce = IsInForce(row) };

    internal bool IsInForce(Row row) => row.Measure.LiftedAt is null && (row.Measure.Until is not { } until || until > time.GetUtcNow());

    private Standing StandingLocked(Guid userId)
    {
        var row = StrictestLocked(userId)
            ?? RowsOf(userId).Find(r => r.Measure is { Kind: MeasureKind.Warn, SeenAt: null, LiftedAt: null });
        return row is null ? Standing.Free : new Standing(
            row.Measure.Kind, row.Measure.Reason, row.Measure.Text, row.Measure.Until, row.Measure.Until - time.GetUtcNow(),
            row.Measure.Kind != MeasureKind.Warn && !row.HasAppeal, row.Measure.MeasureId);
    }

    private List<Row> RowsOf(Guid userId) => _byUser.GetValueOrDefault(userId) ?? [];

    private void Trim()
    {
        if (_order.Count <= MaxMeasures)
        {
            return;
        }

        var gone = _order.FirstOrDefault(r => !IsInForce(r)) ?? _order.First!.Value;
        _order.Remove(gone);
        _byId.Remove(gone.Measure.MeasureId);
        var own = _byUser[gone.Measure.UserId];
        own.Remove(gone);
        if (own.Count == 0)
        {
            _byUser.Remove(gone.Measure.UserId);
        }

        _dropped++;
    }

    private static string Word(MeasureKind kind) => Platform.Postgres.StoredWord.Of(kind);

    internal sealed class Row(Measure measure)
    {
        public Measure Measure { get; set; } = measure;

        public DateTimeOffset ChangedAt { get; set; }

        public bool HasAppeal { get; set; }
    }
}
