namespace Matchmaker.Features.Matching;

/// <summary>
/// Expected waiting, from the waits of those who were matched: a moving average in which a wait loses half its weight
/// after about ten more. One for each wish (own gender and genders wanted), because in a lopsided pool one side waits
/// and the other does not; memory is 60 numbers.
/// </summary>
internal sealed class WaitEstimate(MatchRules rules)
{
    /// <summary>1/16: smooth enough not to jump, quick enough to follow an evening.</summary>
    private const double NewWaitWeight = 1.0 / 16;

    private readonly Dictionary<(int Gender, int Wants), double> _averages = [];

    public void Record(Ticket ticket, TimeSpan waited)
    {
        var average = Average(ticket);
        _averages[Kind(ticket)] = average + ((waited.TotalSeconds - average) * NewWaitWeight);
    }

    /// <summary>
    /// Whole seconds still to wait, at least 1. Up to half the average, what is left of it; who has waited longer is
    /// told to expect as long again, since an average that was missed says little.
    /// </summary>
    public int SecondsLeft(Ticket ticket, DateTimeOffset now)
    {
        var waited = ticket.Waited(now).TotalSeconds;
        var left = Math.Max(Average(ticket) - waited, waited);
        return (int)Math.Ceiling(Math.Clamp(left, 1, rules.LongestEstimate.TotalSeconds));
    }

    private double Average(Ticket ticket) =>
        _averages.TryGetValue(Kind(ticket), out var average) ? average : rules.FirstEstimate.TotalSeconds;

    private static (int Gender, int Wants) Kind(Ticket ticket) => ((int)ticket.Gender, ticket.Wants.Bits);
}
