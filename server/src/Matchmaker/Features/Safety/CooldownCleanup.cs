using Matchmaker.Platform.Memory;

namespace Matchmaker.Features.Safety;

/// <summary>Deletes cooldowns that are over. They have no effect any more: this only frees room.</summary>
internal sealed class CooldownCleanup(ISafetyStore store) : ICleanup
{
    private const int PerRun = 5000;

    public string Name => "expired_cooldowns";

    public bool IsShared => true;

    public Task<int> Run(CleanupDepth depth, CancellationToken stopping) => store.DeleteExpired(PerRun);
}
