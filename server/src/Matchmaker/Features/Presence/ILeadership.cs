using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Who leads a job that one instance does for all: a lease row with an epoch that grows with each change of hands. An
/// instance that drains leads nothing: asked again, it hands its lease over.
/// </summary>
internal interface ILeadership
{
    /// <summary>Takes or renews the lease; answers the epoch to put into every statement, or null when another one leads.</summary>
    Task<long?> Lead(string name, TimeSpan lease);
}

/// <summary>An embedded server leads everything.</summary>
internal sealed class InMemoryLeadership(Lifecycle lifecycle) : ILeadership
{
    public Task<long?> Lead(string name, TimeSpan lease) => Task.FromResult<long?>(lifecycle.IsDraining ? null : 1);
}

internal sealed class PostgresLeadership(Database database, InstanceIdentity instance, InstanceLease own, Lifecycle lifecycle) : ILeadership
{
    private const string HandOverSql = """
        update leadership set expires_at = '-infinity'
        where name = @Name and holder = @Instance and generation = @Generation and expires_at > clock_timestamp()
        """;

    public async Task<long?> Lead(string name, TimeSpan lease)
    {
        var generation = await own.Generation;
        if (lifecycle.IsDraining)
        {
            await database.Execute(HandOverSql, new { Name = name, Instance = instance.Name, Generation = generation });
            return null;
        }

        return await database.One<long?>(
            "select lead(@Name, @Instance, @Generation, @Seconds)",
            new { Name = name, Instance = instance.Name, Generation = generation, Seconds = lease.TotalSeconds });
    }
}
