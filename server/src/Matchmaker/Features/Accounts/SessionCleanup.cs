using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Accounts;

/// <summary>Deletes logins that have run out. They are refused long before: this only frees room.</summary>
internal sealed class SessionCleanup(IAccountStore store) : ICleanup
{
    private const int PerRun = 5000;

    public string Name => "expired_sessions";

    public bool IsShared => true;

    public Task<int> Run(CleanupDepth depth, CancellationToken stopping) => store.DeleteExpired(PerRun);
}
