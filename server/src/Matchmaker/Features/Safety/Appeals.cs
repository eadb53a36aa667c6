using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Safety;

/// <summary>What people say against what was done about them, and what comes of it.</summary>
internal sealed class Appeals(IAppealStore store, Measures measures, TimeProvider time) : IErasable
{
    /// <summary>The longest appeal and the longest answer, in characters.</summary>
    public const int MaxText = 1000;

    /// <summary>One was filed or decided on this instance.</summary>
    public event Action? Changed;

    /// <summary>Against the strictest measure in force, once.</summary>
    public async Task<Outcome<AppealFiled>> File(Guid userId, AppealRequest request)
    {
        if (!PlainText.TryReadLines(request.Text, MaxText, out var text))
        {
            return CommonRefusals.InvalidArgument("text", $"An appeal has 1 to {MaxText} characters.");
        }

        var id = Guid.CreateVersion7(time.GetUtcNow());
        switch ((await store.File(id, userId, text)).Outcome)
        {
            case FileOutcome.Nothing:
                return SafetyRefusals.NothingToAppeal;
            case FileOutcome.Exists:
                return SafetyRefusals.AppealExists;
            default:
                Changed?.Invoke();
                return new AppealFiled(id);
        }
    }

    /// <summary>Granted: the measure ends, and the person is let in at once.</summary>
    public async Task<Outcome<Appeal>> Decide(Guid appealId, Guid actor, AppealOutcome outcome, string? answer)
    {
        if (!PlainText.TryReadLines(answer, MaxText, out var text))
        {
            return CommonRefusals.InvalidArgument("answer", $"An answer has 1 to {MaxText} characters.");
        }

        switch (await store.Decide(appealId, actor, outcome, text))
        {
            case DecideOutcome.NotFound:
                return CommonRefusals.NotFound;
            case DecideOutcome.AlreadyDecided:
                return SafetyRefusals.AlreadyDecided;
            case DecideOutcome.SameDecider:
                return SafetyRefusals.SameDecider;
        }

        Changed?.Invoke();
        if (await store.Find(appealId) is not { } appeal)
        {
            return CommonRefusals.NotFound; // its user has erased it in this moment
        }

        if (outcome == AppealOutcome.Granted)
        {
            await measures.Announce(appeal.Measure.UserId);
        }

        return appeal;
    }

    public async Task<MyStanding> StandingOf(Guid userId) => new(
        StandingView.From(await measures.StandingOf(userId)),
        await store.Of(userId, limit: 1) is [var last] ? AppealView.From(last) : null);

    public Task<IReadOnlyList<Appeal>> Of(Guid userId) => store.Of(userId);

    public Task<IReadOnlyList<Appeal>> List(bool open, int limit, int skip = 0) => store.List(open, limit, skip);

    public Task<int> CountOpen() => store.CountOpen();

    public Task Erase(Guid userId) => store.Erase(userId);
}
