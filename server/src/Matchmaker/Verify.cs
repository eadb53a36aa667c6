using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Postgres;
using Microsoft.Extensions.Options;

namespace Matchmaker;

/// <summary><c>verify</c>: asks a database, which may be in use, for anything that must never be; changes nothing.</summary>
internal static class Verify
{
    /// <summary>0 when every invariant holds, 1 when one is violated or the database cannot be asked.</summary>
    public static async Task<int> Run(IServiceProvider services, TextWriter output)
    {
        if (services.IsEmbedded())
        {
            await output.WriteLineAsync("DATABASE_URL is not set: there is nothing to verify.");
            return 1;
        }

        var calls = services.GetRequiredService<IOptions<CallOptions>>().Value;
        var presence = services.GetRequiredService<IOptions<PresenceOptions>>().Value;
        var violations = await SqlInvariants.Violations(
            services.GetRequiredService<Database>(), calls.HistoryFromSeconds, calls.ShortCooldown, presence.MaxConnectionsPerUser);
        foreach (var violation in violations)
        {
            await output.WriteLineAsync(violation);
        }

        await output.WriteLineAsync(violations.Count == 0
            ? $"All {SqlInvariants.All.Count} invariants hold."
            : $"{violations.Count} violations found, at most {SqlInvariants.NamedAtMost} named of a kind.");
        return violations.Count == 0 ? 0 : 1;
    }
}
