namespace Matchmaker.Features.Matching;

/// <summary>
/// How well two people who fit suit each other, in points; higher is better, symmetric, the same for the same input.
///
/// A point is worth one second of waiting of one of the two: that makes the weights comparable. A wish that is not
/// met costs points as long as it still counts for its owner (<see cref="MatchRules"/>), so that widening can only
/// raise a score. A shared language helps at any age: without one there is little to say.
/// </summary>
internal static class Scoring
{
    /// <summary>As much as a minute of waiting: a talk needs a language more than anything else.</summary>
    public const int FirstSharedLanguage = 60;

    /// <summary>A second common language is a small plus, a third none.</summary>
    public const int SecondSharedLanguage = 5;

    /// <summary>For each of three interests that is missing, for each side that has any.</summary>
    public const int MissingInterest = 8;

    /// <summary>Three topics start a talk; a fourth adds nothing.</summary>
    public const int InterestsThatCount = 3;

    /// <summary>For wishes as far apart as can be, for each side; in proportion below that.</summary>
    public const int WorstCallSeconds = 20;

    /// <summary>Points for waiting stop here, for each side: the longest waiting still get the better of two.</summary>
    public const int MaxWaiting = 120;

    public static int Score(Ticket a, Ticket b, DateTimeOffset now, MatchRules rules)
    {
        var waitedA = a.Waited(now);
        var waitedB = b.Waited(now);
        return WaitingPoints(waitedA) + WaitingPoints(waitedB)
            + LanguagePoints(a.Languages.CountShared(b.Languages))
            - InterestCost(a, b, waitedA, waitedB, rules)
            - LengthCost(a, b, waitedA, waitedB, rules);
    }

    private static int WaitingPoints(TimeSpan waited) => (int)Math.Min(waited.TotalSeconds, MaxWaiting);

    private static int LanguagePoints(int shared) => shared switch
    {
        0 => 0,
        1 => FirstSharedLanguage,
        _ => FirstSharedLanguage + SecondSharedLanguage,
    };

    private static int InterestCost(Ticket a, Ticket b, TimeSpan waitedA, TimeSpan waitedB, MatchRules rules)
    {
        var askA = waitedA < rules.InterestsCountFor ? Math.Min(a.Interests.Count, InterestsThatCount) : 0;
        var askB = waitedB < rules.InterestsCountFor ? Math.Min(b.Interests.Count, InterestsThatCount) : 0;
        if (askA + askB == 0)
        {
            return 0;
        }

        var shared = a.Interests.CountShared(b.Interests);
        return (Math.Max(0, askA - shared) + Math.Max(0, askB - shared)) * MissingInterest;
    }

    private static int LengthCost(Ticket a, Ticket b, TimeSpan waitedA, TimeSpan waitedB, MatchRules rules)
    {
        var sides = (waitedA < rules.CallSecondsCountFor ? 1 : 0) + (waitedB < rules.CallSecondsCountFor ? 1 : 0);
        var apart = Math.Abs(a.CallSeconds - b.CallSeconds);
        return sides * (apart * WorstCallSeconds / (Ticket.MaxCallSeconds - Ticket.MinCallSeconds));
    }
}
