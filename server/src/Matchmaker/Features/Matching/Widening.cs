namespace Matchmaker.Features.Matching;

/// <summary>The wishes of a ticket that have loosened with waiting.</summary>
[Flags]
internal enum Widened : byte
{
    None = 0,
    Languages = 1,
    Interests = 2,
    CallSeconds = 4,
}

/// <summary>Which wishes loosen, and when. What is hard for good (genders, blocks, cooldowns) is not here.</summary>
internal static class Widening
{
    /// <summary>Only what truly loosened: a ticket without languages has none that could widen.</summary>
    public static Widened At(Ticket ticket, DateTimeOffset now, MatchRules rules)
    {
        var waited = ticket.Waited(now);
        var widened = Widened.None;
        if (ticket.Languages.Count > 0 && waited >= rules.LanguagesHardFor)
        {
            widened |= Widened.Languages;
        }

        if (ticket.Interests.Count > 0 && waited >= rules.InterestsCountFor)
        {
            widened |= Widened.Interests;
        }

        if (waited >= rules.CallSecondsCountFor)
        {
            widened |= Widened.CallSeconds;
        }

        return widened;
    }

    public static bool LanguagesAreSoft(Ticket ticket, DateTimeOffset now, MatchRules rules) =>
        ticket.Waited(now) >= rules.LanguagesHardFor;

    /// <summary>The waiting times at which something can loosen, shortest first.</summary>
    public static TimeSpan[] Stages(MatchRules rules)
    {
        TimeSpan[] stages = [rules.LanguagesHardFor, rules.InterestsCountFor, rules.CallSecondsCountFor];
        Array.Sort(stages);
        return stages;
    }

    /// <summary>As the browser is told.</summary>
    public static string[] Names(Widened widened)
    {
        var names = new List<string>(3);
        if (widened.HasFlag(Widened.Languages))
        {
            names.Add("languages");
        }

        if (widened.HasFlag(Widened.Interests))
        {
            names.Add("interests");
        }

        if (widened.HasFlag(Widened.CallSeconds))
        {
            names.Add("callSeconds");
        }

        return [.. names];
    }
}
