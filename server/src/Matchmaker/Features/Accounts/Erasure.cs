namespace Matchmaker.Features.Accounts;

/// <summary>
/// Forgets a user: first in every feature that keeps something, last the account. What fails half-way is asked for
/// again by the same user, whose session still holds. (Its own class: the features it asks use <see cref="Accounts"/>.)
/// </summary>
internal sealed class Erasure(Accounts accounts, IEnumerable<IErasable> features)
{
    public async Task Erase(Guid userId)
    {
        foreach (var feature in features)
        {
            await feature.Erase(userId);
        }

        await accounts.Erase(userId);
    }
}
