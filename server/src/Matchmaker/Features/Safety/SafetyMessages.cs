using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Safety;

/// <summary>Answer of <c>GET /api/blocks</c>: whom the caller has blocked, the latest first.</summary>
internal sealed record BlockList(IReadOnlyList<Card> People);

/// <summary>What is held against the user now; a warning only until they have acknowledged it.</summary>
internal sealed record StandingView(
    MeasureKind Kind, Reason Reason, string Text, DateTimeOffset? Until, int? RemainingSeconds, bool Appealable, Guid MeasureId)
{
    public static StandingView? From(Standing s) => s.Kind is not { } kind ? null : new(
        kind, s.Reason!.Value, s.Text!, s.Until, Banned.Seconds(s.Remaining), s.Appealable, s.MeasureId!.Value);
}

/// <summary>The user stands elsewhere than before; without <c>Standing</c> nothing is held against them any more.</summary>
internal sealed record StandingChanged(StandingView? Standing);

/// <summary>Final: the user, or everybody from this address, is shut out; for ever without <c>Until</c>.</summary>
internal sealed record Banned(Reason Reason, string Text, DateTimeOffset? Until, int? RemainingSeconds, bool Appealable)
{
    public static Banned By(Standing s) => new(s.Reason!.Value, s.Text!, s.Until, Seconds(s.Remaining), s.Appealable);

    /// <summary>There is nobody who could appeal: it is about no person.</summary>
    public static Banned By(AddressBan ban) => new(ban.Reason, ban.Text, ban.Until, Seconds(ban.Remaining), false);

    /// <summary>The same as the answer to a request.</summary>
    public Refusal Refuse()
    {
        var more = new Dictionary<string, object?> { ["reason"] = StoredWord.Of(Reason), ["text"] = Text, ["appealable"] = Appealable };
        if (Until is { } until)
        {
            (more["until"], more["remainingSeconds"]) = (until, RemainingSeconds);
        }

        return SafetyRefusals.Banned with { More = more };
    }

    internal static int? Seconds(TimeSpan? remaining) =>
        remaining is { } r ? (int)Math.Min(int.MaxValue, Math.Max(0, Math.Ceiling(r.TotalSeconds))) : null;
}

/// <summary>Answer of <c>GET /api/me/standing</c>, with what the user said last against a measure.</summary>
internal sealed record MyStanding(StandingView? Standing, AppealView? Appeal);

/// <summary>What a user said against a measure, and what came of it: nothing yet without <c>Outcome</c>.</summary>
internal sealed record AppealView(Guid MeasureId, string Text, DateTimeOffset CreatedAt, AppealOutcome? Outcome, string? Answer)
{
    public static AppealView From(Appeal a) => new(a.Measure.MeasureId, a.Text, a.CreatedAt, a.Outcome, a.Answer);
}

/// <summary>Body of <c>POST /api/appeals</c>.</summary>
internal sealed record AppealRequest(string? Text = null);

/// <summary>Its answer.</summary>
internal sealed record AppealFiled(Guid AppealId);
