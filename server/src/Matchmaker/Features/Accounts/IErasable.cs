namespace Matchmaker.Features.Accounts;

/// <summary>A feature that keeps something about a person and forgets it when their account is erased.</summary>
internal interface IErasable
{
    /// <summary>Idempotent; runs before the account's own row goes, so that a failure can be tried again.</summary>
    Task Erase(Guid userId);
}
