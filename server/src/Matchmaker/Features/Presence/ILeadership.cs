using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;

namespace Matchmaker.Features.Presence;

/// <summary>Who leads a job that one instance does for all: a lease row with an epoch that grows with each change of hands.</summary>
internal interface ILeadership
{
    /// <summary>Takes or renews the lease; answers the epoch to put into every statement, or null when another one leads.</summary>
    Task<long?> Lead(string name, TimeSpan lease);
}

/// <summary>An embedded server leads everything.</summary>
internal sealed class InMemoryLeadership : ILeadership
{
    public Task<long?> Lead(string name, TimeSpan lease) => Task.FromResult<long?>(1);
}

internal sealed class PostgresLeadership(Database database, InstanceIdentity instance, InstanceLease own) : ILeadership
{
    public async Task<long?> Lead(string name, TimeSpan lease) => await database.One<long?>(
        "select lead(@Name, @Instance, @Generation, @Seconds)",
        new { Name = name, Instance = instance.Name, Generation = await own.Generation, Seconds = lease.TotalSeconds });
}
