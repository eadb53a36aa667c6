using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Safety;

/// <summary>What instances tell each other about blocks.</summary>
internal static class SafetyTopics
{
    public static readonly Topic<BlockTold> Blocked = Topic.Json<BlockTold>("safety.blocked");

    public static readonly Topic<UnblockTold> Unblocked = Topic.Json<UnblockTold>("safety.unblocked");
}

internal sealed record BlockTold(Guid Blocker, Guid Blocked);

/// <param name="Until">A cooldown that stands all the same.</param>
internal sealed record UnblockTold(Guid Blocker, Guid Blocked, DateTimeOffset? Until);
