using System.Globalization;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>The queue of cases as the console shows it.</summary>
internal sealed class ConsoleCases(Cases cases, IMeasureStore measures, IAppealStore appeals, AddressBans bans, AdminAccounts accounts)
{
    private const int DefaultPage = 50;

    public async Task<Outcome<CasePage>> Page(AdminLogin me, CaseState state, Reason? reason, string? q, int? limit, string? cursor)
    {
        var found = await cases.Page(state, me.AdminId, reason, q, limit ?? DefaultPage, cursor);
        if (found.No is { } no)
        {
            return no;
        }

        var (page, next) = found.Value;
        var standings = await measures.StandingOf([.. page.Cases.Select(c => c.Subject.Id).Distinct()]);
        var views = await Views(me);
        return new CasePage(
            page.Total, page.Urgent, [.. page.Cases.Select(c => views.Case(c, standings.GetValueOrDefault(c.Subject.Id)))], next);
    }

    public async Task<Outcome<CaseDetail>> Find(AdminLogin me, Guid caseId)
    {
        var found = await cases.Find(caseId);
        if (found.No is { } no)
        {
            return no;
        }

        var (views, detail) = (await Views(me), found.Value!);
        return new CaseDetail(
            views.Case(detail.Case, await measures.StandingOf(detail.Case.Subject.Id)), detail.Case.Note,
            [.. detail.Reports.Select(ConsoleViews.Report)], [.. (await measures.Of(detail.Case.Subject.Id)).Select(views.Measure)],
            detail.Case.HasChat);
    }

    public async Task<Outcome<CaseSummary>> Claim(AdminLogin me, Guid caseId) => await View(me, await cases.Claim(caseId, me.AdminId));

    public async Task<Outcome<CaseSummary>> Release(AdminLogin me, Guid caseId) =>
        await View(me, await cases.Release(caseId, me.AdminId, others: me.Role >= AdminRole.Senior));

    public async Task<Outcome<CaseSummary>> Close(AdminLogin me, Guid caseId, CloseCaseRequest request) => request.Outcome is { } outcome
        ? await View(me, await cases.Close(caseId, me.AdminId, outcome, request.Note))
        : CommonRefusals.InvalidArgument("outcome");

    public async Task<Outcome<CaseChat>> ReadChat(AdminLogin me, Guid caseId, ReadChatRequest request)
    {
        var lines = await cases.ReadChat(caseId, request.ReportId ?? Guid.Empty, me.AdminId, request.Reason);
        return lines.No is { } no ? no : new CaseChat([.. lines.Value!.Lines.Select(l => new CaseChatLine(l.From, l.Text, l.At))]);
    }

    public async Task<CaseStats> Stats()
    {
        var (r, inForce) = (await cases.Stats(), await measures.CountInForce());
        return new CaseStats(
            r.Open, r.Urgent, r.Unclaimed, r.OldestOpenAt, await appeals.CountOpen(), r.Reports, r.Week.Closed, r.Week.Upheld,
            r.Week.FirstActionSeconds, r.Week.SlowFirstActionSeconds, r.Week.DecisionSeconds, r.Week.SlowDecisionSeconds,
            inForce.Holds, inForce.Bans, bans.Count,
            [.. r.Days.Select(d => new CaseDay(
                d.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), d.Reports, d.Upheld, d.Dismissed, d.FirstActionSeconds,
                d.SlowFirstActionSeconds))]);
    }

    public async Task<CasesChanged> Count()
    {
        var count = await cases.Count();
        return new CasesChanged(count.Open, count.Urgent, await appeals.CountOpen());
    }

    private async Task<Outcome<CaseSummary>> View(AdminLogin me, Outcome<ReviewCase> changed) => changed.No is { } no
        ? no
        : (await Views(me)).Case(changed.Value!, await measures.StandingOf(changed.Value!.Subject.Id));

    private async Task<ConsoleViews> Views(AdminLogin me) => new(await accounts.Names(), me);
}
