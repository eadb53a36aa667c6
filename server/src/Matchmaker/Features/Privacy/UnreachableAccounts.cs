using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Memory;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Privacy;

/// <summary>
/// Erases accounts that nobody can come back to, as their owners would: guests whose login has run out or ended. Measures and
/// open reports stay, as after any erasure.
/// </summary>
internal sealed class UnreachableAccounts(
    IAccountStore accounts, Erasure erasure, IOptions<AccountOptions> accountOptions, IOptions<PrivacyOptions> options) : ICleanup
{
    /// <summary>What one run erases at most: each takes several statements. The next run goes on.</summary>
    public const int PerRun = 500;

    public string Name => "unreachable_accounts";

    public bool IsShared => true;

    /// <summary>A login is gone some time after it ran out, so what tells is how long ago the last possible one did.</summary>
    private TimeSpan Age => accountOptions.Value.SessionLifetime + options.Value.KeepUnreachableFor;

    public async Task<int> Count(CleanupDepth depth, CancellationToken stopping) => (await accounts.ListUnreachable(Age, PerRun)).Count;

    public async Task<int> Run(CleanupDepth depth, CancellationToken stopping)
    {
        var erased = 0;
        foreach (var user in await accounts.ListUnreachable(Age, PerRun))
        {
            if (stopping.IsCancellationRequested)
            {
                break;
            }

            await erasure.Erase(user);
            erased++;
        }

        return erased;
    }
}
