namespace Matchmaker.Features.Accounts;

/// <summary>Cards of people who are not there.</summary>
internal static class Cards
{
    /// <summary>What is left of a person who erased their account.</summary>
    public static Card Deleted(Guid userId) => new(userId, "Deleted user", Gender.Unspecified, [], []);
}
