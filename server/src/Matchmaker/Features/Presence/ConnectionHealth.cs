using System.Globalization;
using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Features.Presence;

/// <summary>How full this instance is, under the names of the operator's manual.</summary>
internal sealed class ConnectionHealth(ConnectionManager connections) : IHealthSection
{
    public string Name => "connections";

    public object Describe()
    {
        var (users, total) = (connections.Users, connections.Count);
        return new
        {
            Users = users,
            Total = total,
            connections.Expected,
            AvgPerUser = (users == 0 ? 0 : (double)total / users).ToString("0.00", CultureInfo.InvariantCulture),
            connections.Limit,
            Utilization = (100d * total / connections.Limit).ToString("0.0'%'", CultureInfo.InvariantCulture),
        };
    }
}

/// <summary>What this instance could bear, as far as it knows.</summary>
internal sealed class ScalabilityHealth(ConnectionManager connections, IServiceProvider services) : IHealthSection
{
    public string Name => "scalability";

    public object Describe() => new
    {
        CurrentCapacity = string.Create(CultureInfo.InvariantCulture, $"{connections.Users} users"),
        MaxCapacity = string.Create(CultureInfo.InvariantCulture, $"{connections.Limit} connections on this instance"),
        Optimization = Platform.Postgres.PostgresFeature.IsEmbedded(services) ? "embedded: in memory, one instance" : "PostgreSQL",
    };
}
