namespace Matchmaker.Features.Accounts;

/// <summary>
/// What stands against a user, as the rows above decide: read together with a login, so that nobody asks twice. Null for
/// nearly everybody.
/// </summary>
internal enum Mark
{
    /// <summary>A warning that they have not seen.</summary>
    Warn,

    Hold,
    Ban,
}

/// <summary>Where the embedded server finds it; called with the embedded lock held. (In PostgreSQL the function <c>mark_of</c>.)</summary>
internal interface IMarks
{
    Mark? MarkOfLocked(Guid userId);
}
