using System.Collections.Concurrent;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Reports;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Matchmaker.Tests.Invariants;

/// <summary>Two instances on one database that tell each other what they do; whatever happens, the invariants hold afterwards.</summary>
public abstract class TwoInstances(TestDatabase database) : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, LoopbackCarrier> _bus = new();
    private World? _one;
    private World? _two;

    private protected World One => _one!;

    private protected World Two => _two!;

    public async ValueTask InitializeAsync() => (_one, _two) = (await Start(), await Start());

    public async ValueTask DisposeAsync()
    {
        try
        {
            Assert.Empty(await One.Violations());
            Assert.Empty(_bus.Values.SelectMany(c => c.Failures));
        }
        finally
        {
            await One.DisposeAsync();
            await Two.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>The two hear nothing of each other.</summary>
    private protected void Cut() => Carrier(One).Cut();

    /// <summary>They can hear each other again.</summary>
    private protected void Join() => Carrier(One).Mend();

    /// <summary>They can hear each other again, and ask what they missed.</summary>
    private protected async Task Mend()
    {
        Join();
        await CatchUp(One);
        await CatchUp(Two);
    }

    private protected static async Task CatchUp(World world)
    {
        foreach (var follower in world.All<IFollower>())
        {
            await follower.CatchUp();
        }
    }

    /// <summary>The workers of this kind of an instance, running.</summary>
    private protected static async Task<IAsyncDisposable> Run<TWorker>(World world)
        where TWorker : IHostedService
    {
        var workers = world.All<IHostedService>().OfType<TWorker>().ToList();
        foreach (var worker in workers)
        {
            await worker.StartAsync(CancellationToken.None);
        }

        return new Running([.. workers.Cast<IHostedService>()]);
    }

    /// <summary>A call of somebody on the first with somebody on the second, by an invite that the latter accepts.</summary>
    private protected async Task<(Person A, Person B, Guid CallId)> Call()
    {
        var (a, b) = (await One.Enter(), await Two.Enter());
        await Two.Presence.SetAvailable(b.Card, true);
        var invite = (await One.Invites.Invite(a.Connection, b.Id, 300)).Value!.InviteId;
        var call = (await Two.Invites.Accept(b.Connection, invite, 300)).Value!.CallId;
        await Told(One, a.Connection.Id, "callStarted");
        await Told(Two, b.Connection.Id, "callStarted");
        return (a, b, call);
    }

    /// <summary>Waits until somebody was told something; the last of it.</summary>
    private protected static async Task<object?> Told(World world, string to, string name, int count = 1)
    {
        await Eventually.Holds(() => world.Outbox.Told(to, name).Count >= count, $"{name} was not told {count} times");
        Assert.Equal(count, world.Outbox.Told(to, name).Count);
        return world.Outbox.Told(to, name)[^1];
    }

    /// <summary>Waits until what was told of calls is done.</summary>
    private protected static async Task Settled(World world)
    {
        var done = new TaskCompletionSource();
        world.Get<CallsElsewhere>().Work.Add(() =>
        {
            done.SetResult();
            return Task.CompletedTask;
        });
        await done.Task;
    }

    private static LoopbackCarrier Carrier(World world) => (LoopbackCarrier)world.Get<ICarrier>();

    private Task<World> Start() => World.Postgres(database, services =>
    {
        services.AddSingleton<ICarrier>(provider => new LoopbackCarrier(_bus, provider.GetRequiredService<InstanceIdentity>().Name));
        services.AddSingleton<AwayCallStore>(provider => new AwayCallStore(provider.GetRequiredService<PostgresCallStore>()));
        services.AddSingleton<ICallStore>(provider => provider.GetRequiredService<AwayCallStore>());
        services.AddSingleton<AwayReportStore>(provider => new AwayReportStore(provider.GetRequiredService<PostgresReportStore>()));
        services.AddSingleton<IReportStore>(provider => provider.GetRequiredService<AwayReportStore>());
        services.AddSingleton<FaultyAccountStore>(provider => new FaultyAccountStore(provider.GetRequiredService<PostgresAccountStore>()));
        services.AddSingleton<IAccountStore>(provider => provider.GetRequiredService<FaultyAccountStore>());
    });

    private sealed class Running(IHostedService[] workers) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var worker in workers)
            {
                await worker.StopAsync(CancellationToken.None);
            }
        }
    }
}
