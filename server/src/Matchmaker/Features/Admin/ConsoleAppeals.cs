using System.Globalization;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>What people say against measures, as the console shows it.</summary>
internal sealed class ConsoleAppeals(Appeals appeals, IAppealStore store, IAccountStore users, AdminAccounts accounts)
{
    private const int DefaultPage = 50;
    private const int MaxPage = 100;

    /// <summary>Far more than anybody turns pages.</summary>
    private const int MaxSkip = 10_000;

    public async Task<Outcome<AppealPage>> Page(AdminLogin me, bool open, int? limit, string? cursor)
    {
        var size = limit ?? DefaultPage;
        if (size is < 1 or > MaxPage)
        {
            return CommonRefusals.InvalidArgument("limit", $"The limit must be 1..{MaxPage}.");
        }

        var skip = 0;
        if (cursor is not null && !(int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out skip) && skip <= MaxSkip))
        {
            return CommonRefusals.InvalidArgument("cursor", "The cursor is none of ours.");
        }

        var found = await appeals.List(open, size + 1, skip);
        var cards = (await users.FindUsers([.. found.Select(a => a.Measure.UserId).Distinct()])).ToDictionary(c => c.Id);
        var views = await Views(me);
        return new AppealPage(
            await appeals.CountOpen(),
            [.. found.Take(size).Select(a => views.Appeal(a, cards.GetValueOrDefault(a.Measure.UserId) ?? Cards.Deleted(a.Measure.UserId)))],
            found.Count > size ? (skip + size).ToString(CultureInfo.InvariantCulture) : null);
    }

    public async Task<Outcome<AppealDetail>> Decide(AdminLogin me, Guid appealId, DecideAppealRequest request)
    {
        if (request.Outcome is not { } outcome)
        {
            return CommonRefusals.InvalidArgument("outcome");
        }

        var decided = await appeals.Decide(appealId, me.AdminId, outcome, request.Answer);
        var appeal = decided.Value ?? await store.Find(appealId);

        // Repeated by whoever decided so, it is no mistake.
        return decided.No is { } no && (appeal?.DecidedBy, appeal?.Outcome) != (me.AdminId, outcome) ? no
            : appeal is null ? CommonRefusals.NotFound
            : (await Views(me)).Appeal(appeal, await users.FindUser(appeal.Measure.UserId) ?? Cards.Deleted(appeal.Measure.UserId));
    }

    private async Task<ConsoleViews> Views(AdminLogin me) => new(await accounts.Names(), me);
}
