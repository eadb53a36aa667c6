using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Accounts;

/// <summary>
/// Follows what other instances change, so that no copy here outlives it. What is missed is noticed when the copies are
/// no longer fresh.
/// </summary>
internal sealed class AccountsElsewhere : IFollower
{
    public AccountsElsewhere(Accounts accounts, ICarrier carrier)
    {
        carrier.On(AccountTopics.Changed, accounts.HearChanged);
        carrier.On(AccountTopics.SessionEnded, accounts.HearEnded);
        carrier.On(AccountTopics.Erased, accounts.HearErased);
    }

    public Task CatchUp() => Task.CompletedTask;
}
