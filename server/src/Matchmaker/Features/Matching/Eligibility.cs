namespace Matchmaker.Features.Matching;

/// <summary>The hard rules: who may meet whom. Symmetric: both sides have to be content.</summary>
internal static class Eligibility
{
    public static bool Fits(Ticket a, Ticket b, DateTimeOffset now, MatchRules rules) =>
        a.UserId != b.UserId
        && a.Wants.Accepts(b.Gender)
        && b.Wants.Accepts(a.Gender)
        && LanguagesFit(a, b, now, rules)
        && !a.Avoids(b.UserId, now)
        && !b.Avoids(a.UserId, now);

    // A list is satisfied when it is empty, when the other has no list (and so no objection), when they share a
    // language, or when its owner has waited long enough. One empty list therefore contents both sides.
    private static bool LanguagesFit(Ticket a, Ticket b, DateTimeOffset now, MatchRules rules) =>
        a.Languages.Count == 0
        || b.Languages.Count == 0
        || a.Languages.Shares(b.Languages)
        || (Widening.LanguagesAreSoft(a, now, rules) && Widening.LanguagesAreSoft(b, now, rules));
}
