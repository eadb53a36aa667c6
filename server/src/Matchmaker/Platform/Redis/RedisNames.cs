namespace Matchmaker.Platform.Redis;

/// <summary>Every name that this server uses in Redis. Channels only: Redis keeps nothing of ours.</summary>
internal static class RedisNames
{
    /// <summary>What all instances hear. Channels know no databases, so the number of the one in REDIS_URL is in the name.</summary>
    public static string All(int database) => $"matchmaker:{database}:all";

    /// <summary>What one instance hears.</summary>
    public static string Of(int database, string instance) => $"matchmaker:{database}:instance:{instance}";
}
