using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Reports;

/// <summary>
/// What people do with cases: look for them, claim, release and decide them. Who may do what is judged by whoever calls;
/// that it was done is in the audit.
/// </summary>
internal sealed class Cases(ICaseStore store, Measures measures, TimeProvider time)
{
    public const int MaxPage = 100;
    public const int MaxSearch = 100;

    /// <summary>Characters of the note with a decision.</summary>
    public const int MaxNote = 1000;

    /// <summary>Characters of the reason for which chat is read.</summary>
    public const int MaxReason = 500;

    /// <summary>Statistics look through the tables of two weeks: whoever asks within this time gets the same.</summary>
    private static readonly TimeSpan StatsFor = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private Task<ReviewStats>? _stats;
    private long _statsAt;

    /// <summary>A page of cases, and the cursor of the next one when there is one.</summary>
    public async Task<Outcome<(ReviewPage Page, string? Next)>> Page(
        CaseState state, Guid admin, Reason? reason, string? search, int limit, string? cursor)
    {
        if (limit is < 1 or > MaxPage)
        {
            return CommonRefusals.InvalidArgument("limit", $"The limit must be 1..{MaxPage}.");
        }

        var after = cursor is null ? null : CaseCursor.Read(cursor);
        if (cursor is not null && after is null)
        {
            return CommonRefusals.InvalidArgument("cursor", "The cursor is none of ours.");
        }

        var words = search?.Trim();
        if (words is { Length: > 0 } && !PlainText.TryRead(words, MaxSearch, out words))
        {
            return CommonRefusals.InvalidArgument("q", $"At most {MaxSearch} characters, none of them control characters.");
        }

        var page = await store.Page(new CaseQuery(state, admin, reason, words is { Length: > 0 } ? words : null, limit, after));
        return (page, page.HasMore ? CaseCursor.After(page.Cases[^1]).ToString() : null);
    }

    public async Task<Outcome<ReviewDetail>> Find(Guid caseId) => await store.Find(caseId) is { } found ? found : CommonRefusals.NotFound;

    public async Task<Outcome<ReviewCase>> Claim(Guid caseId, Guid admin) => await Answer(caseId, await store.Claim(caseId, admin));

    /// <param name="caseId">Which.</param>
    /// <param name="admin">Who releases it.</param>
    /// <param name="others">Also what somebody else has claimed.</param>
    public async Task<Outcome<ReviewCase>> Release(Guid caseId, Guid admin, bool others) =>
        await Answer(caseId, await store.Release(caseId, admin, others));

    public async Task<Outcome<ReviewCase>> Close(Guid caseId, Guid admin, CaseOutcome outcome, string? note)
    {
        if (!PlainText.TryReadNote(note, MaxNote, out var clean))
        {
            return CommonRefusals.InvalidArgument("note", $"At most {MaxNote} characters, none of them control characters.");
        }

        var closed = await Answer(caseId, await store.Close(caseId, admin, outcome, clean));
        if (closed.Value is { } done)
        {
            await Announce(done.Subject.Id); // the hold may be over
        }

        return closed;
    }

    /// <summary>The chat of a report, for whoever says why they have to read it.</summary>
    public async Task<Outcome<ReportedChat>> ReadChat(Guid caseId, Guid reportId, Guid admin, string? reason)
    {
        if (!PlainText.TryReadLines(reason, MaxReason, out var clean))
        {
            return CommonRefusals.InvalidArgument("reason", $"1 to {MaxReason} characters, none of them control characters.");
        }

        return await store.ReadChat(caseId, reportId, admin, clean) is { } lines ? new ReportedChat(lines) : CommonRefusals.NotFound;
    }

    public Task<CaseCount> Count() => store.Count();

    public Task<ReviewStats> Stats()
    {
        lock (_gate)
        {
            if (_stats is not { IsFaulted: false } || time.GetElapsedTime(_statsAt) > StatsFor)
            {
                (_stats, _statsAt) = (store.Stats(), time.GetTimestamp());
            }

            return _stats;
        }
    }

    private async Task Announce(Guid userId)
    {
        try
        {
            await measures.Announce(userId);
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            // It is written; the watch of measures carries it out.
        }
    }

    private async Task<Outcome<ReviewCase>> Answer(Guid caseId, CaseChange change) => change switch
    {
        CaseChange.Claimed => ReportRefusals.Claimed,
        CaseChange.AlreadyDecided => SafetyRefusals.AlreadyDecided,
        _ when change == CaseChange.Done && await store.Find(caseId) is { } found => found.Case,
        _ => CommonRefusals.NotFound,
    };
}
