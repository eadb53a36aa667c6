using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Invariants;

/// <summary>Tests that run in a world of their own; whatever they do, the invariants hold afterwards.</summary>
public abstract class WorldTests(TestDatabase? database) : IAsyncLifetime
{
    private readonly List<World> _others = [];
    private World? _world;

    private protected World World => _world ?? throw new InvalidOperationException("Not initialised.");

    private protected TestDatabase? TestDatabase => database;

    public async ValueTask InitializeAsync() => _world = await NewWorld();

    public async ValueTask DisposeAsync()
    {
        try
        {
            Assert.Empty(await World.Violations());
            Assert.Equal(0, await World.Deadlocks());
        }
        finally
        {
            foreach (var other in _others)
            {
                await other.DisposeAsync();
            }

            await World.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Another instance on the same database.</summary>
    private protected async Task<World> Another()
    {
        var other = await NewWorld();
        _others.Add(other);
        return other;
    }

    private async Task<World> NewWorld() => database is null ? await World.InMemory() : await World.Postgres(database);
}
