using Matchmaker.Features.Calls;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Reports;

/// <summary>
/// Somebody reports the other person of a call. What is acknowledged is stored; from that moment the two do not meet again, and
/// a running call of theirs ends, also when it could not be stored: whoever presses the button is out of it either way.
/// </summary>
internal sealed class Reports(
    IReportStore store, LiveCalls live, Safety.Safety safety, Measures measures, ICarrier carrier, ReportMetrics metrics,
    ILogger<Reports> logger)
{
    /// <summary>Characters of a note.</summary>
    public const int MaxNote = 1000;

    public async Task<Outcome<ReportFiled>> File(Guid userId, Guid sessionId, ReportRequest request)
    {
        if (request.CallId is not { } callId)
        {
            return CommonRefusals.InvalidArgument("callId");
        }

        if (request.Reason is not { } reason)
        {
            return CommonRefusals.InvalidArgument("reason");
        }

        if (!PlainText.TryReadNote(request.Note, MaxNote, out var note))
        {
            return CommonRefusals.InvalidArgument("note", $"At most {MaxNote} characters, none of them control characters but line ends.");
        }

        FiledReport filed;
        try
        {
            filed = await store.File(new NewReport(Guid.CreateVersion7(), callId, userId, sessionId, reason, note));
        }
        catch (Exception e) when (DatabaseFailure.IsAway(e))
        {
            ReportLog.NotWritten(logger);
            metrics.Refused(CommonRefusals.Unavailable.Code);
            EndIfHere(callId, userId);
            carrier.Tell(ReportTopics.NotWritten, new NotWritten(callId, userId));
            return CommonRefusals.Unavailable;
        }

        if (filed.Outcome != ReportOutcome.Filed)
        {
            var no = filed.Outcome == ReportOutcome.NotFound ? CommonRefusals.NotFound : CommonRefusals.RateLimited.After(filed.RetryAfter);
            metrics.Refused(no.Code);
            return no;
        }

        if (filed.IsNew)
        {
            metrics.Filed(reason);
            ReportLog.Filed(logger, filed.Reported, reason, filed.ReportId);
            if (reason == Reason.MinorSafety)
            {
                ReportLog.Urgent(logger, filed.ReportId);
            }
        }

        if (filed.IsBlocked)
        {
            // Also when it is repeated: the first time may have been cut off between the commit and this line.
            safety.TellBlocked(userId, filed.Reported);
        }

        if (filed.HoldId is not null)
        {
            metrics.Held();
            ReportLog.Held(logger, filed.Reported);
            try
            {
                await measures.Announce(filed.Reported);
            }
            catch (Exception e) when (DatabaseFailure.IsAway(e))
            {
                // It is written; the watch of measures carries it out.
            }
        }

        return new ReportFiled(filed.ReportId);
    }

    /// <summary>Ends the call if this instance has it: a report of it could not be written.</summary>
    public void EndIfHere(Guid callId, Guid reporter)
    {
        if (live.Find(callId) is { } call && call.Has(reporter))
        {
            safety.HearBlocked(new BlockTold(reporter, call.PartnerOf(reporter).UserId));
        }
    }
}
