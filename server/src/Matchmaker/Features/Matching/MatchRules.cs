namespace Matchmaker.Features.Matching;

/// <summary>The numbers the matching rules work with; passed in, so that a test can turn each of them.</summary>
internal sealed record MatchRules
{
    public static MatchRules Default { get; } = new();

    /// <summary>
    /// 15 s. Long enough that somebody who speaks the language turns up in a pool of a few hundred, short enough that
    /// a rare language does not mean waiting alone.
    /// </summary>
    public TimeSpan LanguagesHardFor { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>30 s. After that, being met at all matters more than a common topic. Only ever a score.</summary>
    public TimeSpan InterestsCountFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>45 s. The last wish to go: the mean of both lengths is what both have to live with. Only ever a score.</summary>
    public TimeSpan CallSecondsCountFor { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// 64 tickets. The most that one look considers, whatever the number waiting: enough to choose well (the best of 64
    /// is among the top 2 % three times in four).
    /// </summary>
    public int CandidatesLooked { get; init; } = 64;

    /// <summary>1024 tickets. The most that one Propose looks for, so that it holds the owner's lock for 10 to 15 ms.</summary>
    public int TicketsPerPropose { get; init; } = 1024;

    /// <summary>10 s. Told as the expected wait until real waits are known.</summary>
    public TimeSpan FirstEstimate { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>10 min. Nobody believes or plans by a longer estimate.</summary>
    public TimeSpan LongestEstimate { get; init; } = TimeSpan.FromMinutes(10);
}
