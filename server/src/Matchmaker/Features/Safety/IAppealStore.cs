namespace Matchmaker.Features.Safety;

/// <summary>Appeals: one a measure, each decided once and by another admin; with their audit entries.</summary>
internal interface IAppealStore
{
    /// <summary>Against the strictest measure in force; answers which that is.</summary>
    Task<(FileOutcome Outcome, Guid? MeasureId)> File(Guid appealId, Guid userId, string text);

    /// <summary>Granted: the measure is lifted with it.</summary>
    Task<DecideOutcome> Decide(Guid appealId, Guid actor, AppealOutcome outcome, string answer);

    Task<Appeal?> Find(Guid appealId);

    /// <summary>Those of a user, the latest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<Appeal>> Of(Guid userId, int limit = 20);

    /// <summary>Open ones, the oldest first; or decided ones, the latest decision first. Past <paramref name="skip"/>.</summary>
    Task<IReadOnlyList<Appeal>> List(bool open, int limit, int skip = 0);

    Task<int> CountOpen();

    /// <summary>Forgets what a user wrote. Idempotent.</summary>
    Task Erase(Guid userId);
}
