using System.Security.Cryptography;

namespace Matchmaker.Platform.Lifetime;

/// <summary>
/// The name of this process among its like: what the host calls the replica, else a random one. A restarted replica
/// may have the name of the one before; what must not be confused carries a generation too.
/// </summary>
internal sealed class InstanceIdentity(IConfiguration configuration)
{
    public string Name { get; } = configuration["RAILWAY_REPLICA_ID"] is { Length: > 0 } replica
        ? replica
        : RandomNumberGenerator.GetHexString(8, lowercase: true);
}
