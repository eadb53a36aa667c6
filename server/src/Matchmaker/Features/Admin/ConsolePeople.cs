using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>People as the console shows them, and what is done about them.</summary>
internal sealed class ConsolePeople(
    IAccountStore users, Measures measures, IMeasureStore measureStore, Appeals appeals, AddressBans addresses, IReportStore reports, Cases cases,
    History history, AdminAccounts accounts)
{
    private const int MaxFound = 20;
    private const int MaxCalls = 20;
    private const int MinSeconds = 60;

    public async Task<UserList> Search(string? q)
    {
        var words = q?.Trim() ?? "";
        if (!PlainText.TryRead(words, Cases.MaxSearch, out words))
        {
            return new UserList([]);
        }

        var found = await users.Search(words, WireId.Parse(words), MaxFound);
        var standings = await measureStore.StandingOf([.. found.Select(u => u.Card.Id)]);
        return new UserList([.. found.Select(u =>
            new UserSummary(u.Card, u.CreatedAt, ConsoleViews.Standing(standings.GetValueOrDefault(u.Card.Id))))]);
    }

    /// <summary>Of somebody who erased the account what is left: measures, appeals, the number of reports.</summary>
    public async Task<Outcome<UserDetail>> Find(AdminLogin me, Guid userId)
    {
        var (user, done, about) = (await users.Search("", userId, 1), await measures.Of(userId), await reports.CountAbout(userId));
        if (user is [] && done is [] && about == 0)
        {
            return CommonRefusals.NotFound;
        }

        var (views, card) = (await Views(me), user is [var one] ? one.Card : Cards.Deleted(userId));
        var (address, network) = await addresses.Shares(userId);
        return new UserDetail(
            card, user is [var known] ? known.CreatedAt : null, ConsoleViews.Standing(await measures.StandingOf(userId)),
            [.. done.Select(views.Measure)], [.. (await appeals.Of(userId)).Select(a => views.Appeal(a, card))],
            about, ConsoleViews.Accuracy(await reports.AccuracyOf(userId)), await history.Page(userId, MaxCalls, before: null), address, network);
    }

    public async Task<Outcome<MeasureView>> Take(AdminLogin me, Guid userId, MeasureRequest request)
    {
        if (request is not { Kind: { } kind, Reason: { } reason })
        {
            return CommonRefusals.InvalidArgument(request.Kind is null ? "kind" : "reason");
        }

        if (request.DurationSeconds is < MinSeconds || (request.DurationSeconds is not null && kind == MeasureKind.Warn))
        {
            return CommonRefusals.InvalidArgument("durationSeconds", "A hold or a ban lasts a minute or more; a warning has no end.");
        }

        var duration = request.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        if (!Powers.MayTake(me.Role, kind, duration))
        {
            return CommonRefusals.Forbidden;
        }

        if (await users.FindUser(userId) is null)
        {
            return CommonRefusals.NotFound;
        }

        if (request.CaseId is { } caseId && (await cases.Find(caseId)).Value?.Case.Subject.Id != userId)
        {
            return CommonRefusals.InvalidArgument("caseId", "That case is not about this person.");
        }

        var taken = await measures.Take(new NewMeasure(
            request.MeasureId is { } id && id != Guid.Empty ? id : Guid.NewGuid(), userId, kind, reason, request.Text ?? "", duration,
            request.CaseId, me.AdminId));
        return taken.No is { } no ? no : (await Views(me)).Measure(taken.Value!);
    }

    public async Task<Outcome<MeasureView>> Lift(AdminLogin me, Guid measureId, LiftRequest? request)
    {
        if (await measureStore.Find(measureId) is not { } measure)
        {
            return CommonRefusals.NotFound;
        }

        if (!Powers.MayLift(me.Role, me.AdminId, measure))
        {
            return CommonRefusals.Forbidden;
        }

        if (!Notes.TryRead(request?.Note, out var note))
        {
            return CommonRefusals.InvalidArgument("note");
        }

        var lifted = measure.InForce ? await measures.Lift(measureId, me.AdminId, note) : measure;
        return (await Views(me)).Measure(lifted.Value ?? (await measureStore.Find(measureId))!); // somebody else was quicker
    }

    private async Task<ConsoleViews> Views(AdminLogin me) => new(await accounts.Names(), me);
}
