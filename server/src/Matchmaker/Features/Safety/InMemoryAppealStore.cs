using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Safety;

/// <summary>Appeals of an embedded server, at most <see cref="MaxAppeals"/>: beyond it the oldest go, decided ones first.</summary>
internal sealed class InMemoryAppealStore(
    EmbeddedLock embedded, InMemoryMeasureStore measures, InMemoryAuditStore audit, TimeProvider time) : IAppealStore
{
    /// <summary>At about three kilobytes each.</summary>
    public const int MaxAppeals = 2000;

    private readonly List<Row> _rows = [];
    private long _dropped;

    public (int Count, long Dropped) Figures
    {
        get
        {
            lock (embedded.Gate)
            {
                return (_rows.Count, _dropped);
            }
        }
    }

    public Task<(FileOutcome Outcome, Guid? MeasureId)> File(Guid appealId, Guid userId, string text)
    {
        lock (embedded.Gate)
        {
            if (measures.StrictestLocked(userId) is not { } against)
            {
                return Task.FromResult<(FileOutcome, Guid?)>((FileOutcome.Nothing, null));
            }

            var measureId = against.Measure.MeasureId;
            if (against.HasAppeal)
            {
                return Task.FromResult<(FileOutcome, Guid?)>((FileOutcome.Exists, measureId));
            }

            against.HasAppeal = true;
            _rows.Add(new Row(appealId, against, text, time.GetUtcNow()));
            audit.AppendLocked(new AuditNote(null, "appeal.file", userId.ToString(), new { AppealId = appealId, MeasureId = measureId }));
            if (_rows.Count > MaxAppeals)
            {
                _rows.RemoveAt(Math.Max(0, _rows.FindIndex(r => r.Outcome is not null)));
                _dropped++;
            }

            return Task.FromResult<(FileOutcome, Guid?)>((FileOutcome.Filed, measureId));
        }
    }

    public Task<DecideOutcome> Decide(Guid appealId, Guid actor, AppealOutcome outcome, string answer)
    {
        lock (embedded.Gate)
        {
            if (_rows.Find(r => r.AppealId == appealId) is not { } row)
            {
                return Task.FromResult(DecideOutcome.NotFound);
            }

            if (row.Outcome is not null)
            {
                return Task.FromResult(DecideOutcome.AlreadyDecided);
            }

            if (row.Against.Measure.DecidedBy == actor)
            {
                return Task.FromResult(DecideOutcome.SameDecider);
            }

            (row.DecidedBy, row.DecidedAt, row.Outcome, row.Answer) = (actor, time.GetUtcNow(), outcome, answer);
            var measure = row.Against.Measure;
            if (outcome == AppealOutcome.Granted && measure.LiftedAt is null)
            {
                measures.LiftLocked(row.Against, actor);
            }

            audit.AppendLocked(new AuditNote(
                actor, $"appeal.{StoredWord.Of(outcome)}", measure.UserId.ToString(), new { AppealId = appealId, measure.MeasureId, Answer = answer }));
            return Task.FromResult(DecideOutcome.Decided);
        }
    }

    public Task<Appeal?> Find(Guid appealId)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_rows.Find(r => r.AppealId == appealId) is { } row ? Read(row) : null);
        }
    }

    public Task<IReadOnlyList<Appeal>> Of(Guid userId, int limit = 20)
    {
        lock (embedded.Gate)
        {
            return Task.FromResult<IReadOnlyList<Appeal>>(
                [.. Enumerable.Reverse(_rows).Where(r => r.Against.Measure.UserId == userId).Take(limit).Select(Read)]);
        }
    }

    public Task<IReadOnlyList<Appeal>> List(bool open, int limit, int skip = 0)
    {
        lock (embedded.Gate)
        {
            var rows = open ? _rows.Where(r => r.Outcome is null) : _rows.Where(r => r.Outcome is not null).OrderByDescending(r => r.DecidedAt);
            return Task.FromResult<IReadOnlyList<Appeal>>([.. rows.Skip(skip).Take(limit).Select(Read)]);
        }
    }

    public Task<int> CountOpen()
    {
        lock (embedded.Gate)
        {
            return Task.FromResult(_rows.Count(r => r.Outcome is null));
        }
    }

    public Task Erase(Guid userId)
    {
        lock (embedded.Gate)
        {
            _rows.RemoveAll(r => r.Against.Measure.UserId == userId);
            return Task.CompletedTask;
        }
    }

    private Appeal Read(Row row) => new(
        row.AppealId, measures.Read(row.Against), row.Text, row.CreatedAt, row.DecidedBy, row.DecidedAt, row.Outcome, row.Answer);

    private sealed class Row(Guid appealId, InMemoryMeasureStore.Row against, string text, DateTimeOffset createdAt)
    {
        public Guid AppealId => appealId;

        public InMemoryMeasureStore.Row Against => against;

        public string Text => text;

        public DateTimeOffset CreatedAt => createdAt;

        public Guid? DecidedBy { get; set; }

        public DateTimeOffset? DecidedAt { get; set; }

        public AppealOutcome? Outcome { get; set; }

        public string? Answer { get; set; }
    }
}
