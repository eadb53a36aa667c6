using Matchmaker.Features.Calls;

namespace Matchmaker.Features.Reports;

/// <summary>Reports as those who file them see them. Durable when a method returns; times are the store's.</summary>
internal interface IReportStore : IReportedCalls
{
    /// <summary>What a person reads who is held by the weight of reports.</summary>
    const string HoldText = "Several people have reported you. Until somebody has looked into it you cannot meet anybody new.";

    /// <summary>
    /// Files a report once for each call and reporter, with what is known of the call, a block, the weight of the case, and a
    /// hold when it is heavy enough: all of it or nothing.
    /// </summary>
    Task<FiledReport> File(NewReport report);

    /// <summary>What a user has filed, the latest first.</summary>
    Task<IReadOnlyList<OwnReport>> FiledBy(Guid userId, int limit);

    /// <summary>How often a user was right.</summary>
    Task<Accuracy> AccuracyOf(Guid userId);

    /// <summary>How many reports there are about a user.</summary>
    Task<int> CountAbout(Guid userId);

    /// <summary>Lets go of the chat of cases that were closed so long ago, of at most <paramref name="limit"/>; answers how many.</summary>
    Task<int> DropChat(int limit);

    /// <summary>How many cases <see cref="DropChat"/> would change, at most <paramref name="limit"/>.</summary>
    Task<int> CountOldChat(int limit);

    /// <summary>Deletes at most <paramref name="limit"/> cases that were closed so long ago, with their reports; answers how many.</summary>
    Task<int> DeleteOld(int limit);

    /// <summary>How many cases <see cref="DeleteOld"/> would delete, at most <paramref name="limit"/>.</summary>
    Task<int> CountOld(int limit);
}
