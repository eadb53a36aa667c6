using System.Globalization;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Features.Accounts;

/// <summary>How well the copies of users and sessions serve, under the names of the operator's manual.</summary>
internal sealed class AccountHealth(Accounts accounts) : IHealthSection
{
    public string Name => "cache";

    public object Describe() => new { Users = Describe(accounts.Users.Figures), Sessions = Describe(accounts.Sessions.Figures) };

    private static object Describe(MemoryTenantFigures figures)
    {
        var looks = figures.Hits + figures.Misses;
        return new
        {
            Size = figures.Entries,
            MaxSize = figures.MaxEntries,
            figures.Bytes,
            figures.Hits,
            figures.Misses,
            figures.Evictions,
            HitRate = (looks == 0 ? 0 : 100d * figures.Hits / looks).ToString("0.0'%'", CultureInfo.InvariantCulture),
        };
    }
}
