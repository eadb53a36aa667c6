using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Hosting;

namespace Matchmaker.Tests.Invariants;

/// <summary>The queue from joining to the call, without its wire: whoever can be paired is, and nobody twice.</summary>
public abstract class PairingTests(TestDatabase? database) : WorldTests(database)
{
    private protected const int People = 300;
    private static readonly Gender[] _genders = Enum.GetValues<Gender>();

    private protected sealed record Seeker(Person Person, World At, IReadOnlyList<Gender>? Wants)
    {
        public bool Fits(Seeker other) => Likes(other) && other.Likes(this);

        private bool Likes(Seeker other) => Wants is null || Wants.Contains(other.Person.Card.Gender);
    }

    /// <summary>People on these instances, in turn, who join at random moments with random wishes; some leave and some ask twice.</summary>
    private protected static async Task<List<Seeker>> JoinAtRandom(params World[] worlds)
    {
        var random = new Random(20260101);
        var seekers = new List<Seeker>();
        for (var i = 0; i < People; i++)
        {
            var at = worlds[i % worlds.Length];
            var wants = random.Next(3) == 0 ? null : _genders.Where(_ => random.Next(2) == 0).ToList() is { Count: > 0 } some ? some : null;
            seekers.Add(new Seeker(await at.Enter(_genders[random.Next(_genders.Length)]), at, wants));
        }

        await Parallel.ForEachAsync(seekers, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (s, _) =>
        {
            var turn = s.Person.Id.GetHashCode() & 7;
            var wishes = new QueueWishes(s.Wants, CallSeconds: 60 + turn);
            await s.At.Queue.Join(s.Person.Connection, wishes);
            if (turn == 0)
            {
                await s.At.Queue.Leave(s.Person.Id);
                await Task.Delay(1, CancellationToken.None);
            }

            if (turn <= 1)
            {
                await s.At.Queue.Join(s.Person.Connection, wishes);
            }
        });
        return seekers;
    }

    /// <summary>Waits until nobody is left who fits another one; then checks everybody.</summary>
    private protected async Task EverybodyMeets(List<Seeker> seekers, TimeSpan within)
    {
        var began = TimeProvider.System.GetTimestamp();
        List<Seeker> waiting;
        do
        {
            await Task.Delay(50);
            waiting = [];
            foreach (var seeker in seekers)
            {
                if (await World.CallStore.FindActive(seeker.Person.Id) is null)
                {
                    waiting.Add(seeker);
                }
            }
        }
        while (TwoThatFit(waiting) is not null && TimeProvider.System.GetElapsedTime(began) < within);

        Assert.Null(TwoThatFit(waiting));
        Assert.True(waiting.Count < People / 2, $"{waiting.Count} wait: the wishes fit hardly anybody.");
        var byId = seekers.ToDictionary(s => s.Person.Id);
        foreach (var seeker in seekers.Except(waiting))
        {
            var call = await World.CallStore.FindActive(seeker.Person.Id);
            Assert.True(byId[call!.Initiator.Card.Id].Fits(byId[call.Other.Card.Id]));
            Assert.Null(await World.MatchStore.Find(seeker.Person.Id));
        }

        foreach (var seeker in waiting)
        {
            // Or met somebody since: wishes go on widening while this looks.
            Assert.True(await World.MatchStore.Find(seeker.Person.Id) is not null || await World.CallStore.FindActive(seeker.Person.Id) is not null);
        }
    }

    private protected static async Task RunUntil(World world, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            world.Pairing.Tick(256);
            while (await world.Pairing.Run(64))
            {
            }

            await Task.Delay(5, CancellationToken.None);
        }
    }

    private static (Seeker, Seeker)? TwoThatFit(List<Seeker> waiting)
    {
        for (var i = 0; i < waiting.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (waiting[i].Fits(waiting[j]))
                {
                    return (waiting[i], waiting[j]);
                }
            }
        }

        return null;
    }
}

public sealed class InMemoryPairingTests() : PairingTests(null)
{
    [Fact]
    public async Task Everybody_who_can_be_paired_is_while_others_still_join()
    {
        World.Pairing.Lead(1);
        using var stop = new CancellationTokenSource();
        var running = RunUntil(World, stop.Token);

        var seekers = await JoinAtRandom(World);
        await EverybodyMeets(seekers, TimeSpan.FromSeconds(20));

        await stop.CancelAsync();
        await running;
        Assert.Equal(seekers.Count(s => World.Get<LiveCalls>().OfUser(s.Person.Id) is null), World.Pairing.Waiting);
        Assert.Equal(World.Pairing.Waiting, World.Queue.Mine.Count);
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresPairingTests(TestDatabase database) : PairingTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Everybody_of_two_instances_is_paired_by_the_one_that_leads()
    {
        var other = await Another();
        var workers = Workers(World).Concat(Workers(other)).ToList();
        foreach (var worker in workers)
        {
            await worker.StartAsync(CancellationToken.None);
        }

        var seekers = await JoinAtRandom(World, other);
        await EverybodyMeets(seekers, TimeSpan.FromSeconds(20));

        Assert.Single(new[] { World, other }, w => w.Pairing.Epoch is not null);
        var seated = new List<Seeker>();
        foreach (var seeker in seekers)
        {
            if (await World.CallStore.FindActive(seeker.Person.Id) is not null)
            {
                seated.Add(seeker);
            }
        }

        await Until(() => Task.FromResult(seated.TrueForAll(s => Told(s) > 0)));
        Assert.All(seated, s => Assert.Equal(1, Told(s)));
        foreach (var worker in workers)
        {
            await worker.StopAsync(CancellationToken.None);
        }

        await Forget(seekers);
    }

    [Fact]
    public async Task Two_matchers_that_both_believe_they_lead_pair_everybody_once()
    {
        var other = await Another();
        var epoch = await World.Database.One<long>("update leadership set epoch = epoch + 1 where name = 'matcher' returning epoch");
        var seekers = await JoinAtRandom(World, other);
        foreach (var world in new[] { World, other })
        {
            world.Pairing.Lead(epoch);
            foreach (var t in await world.MatchStore.ListAfter(0, 1000))
            {
                world.Pairing.Add(WishReader.ToTicket(
                    t.Wishes, t.TicketId, t.UserId, t.Gender, t.ConnectionId, world.Time.GetUtcNow() - t.Waited));
            }
        }

        using var stop = new CancellationTokenSource();
        var running = Task.WhenAll(RunUntil(World, stop.Token), RunUntil(other, stop.Token));
        await EverybodyMeets(seekers, TimeSpan.FromSeconds(20));

        await stop.CancelAsync();
        await running;
        await Forget(seekers);
    }

    [Fact]
    public async Task A_join_that_was_slow_to_commit_is_not_overlooked()
    {
        var (late, early) = (await World.Enter(), await World.Enter());
        await using var connection = await World.Database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var join = connection.CreateCommand();
        join.CommandText = $$"""
            select number from join_queue(
                array['{{late.Id}}'::uuid], array[gen_random_uuid()], array['{{late.Connection.Id}}'], array['{"callSeconds":300}'::jsonb], array[0::float8])
            """;
        await join.ExecuteScalarAsync();
        await World.JoinInStore(early);
        var workers = Workers(World).ToList();
        foreach (var worker in workers)
        {
            await worker.StartAsync(CancellationToken.None);
        }

        await Until(() => Task.FromResult(World.Pairing.Waiting == 1));
        await transaction.CommitAsync();
        await Until(async () => await World.CallStore.FindActive(late.Id) is not null);

        foreach (var worker in workers)
        {
            await worker.StopAsync(CancellationToken.None);
        }

        Assert.NotNull(await World.CallStore.FindActive(early.Id));
    }

    private static IEnumerable<IHostedService> Workers(World world) => world.All<IHostedService>().OfType<PairingWorker>();

    private static int Told(Seeker seeker) => seeker.At.Outbox.Told(seeker.Person.Connection.Id, "callStarted").Count;

    // Who still waits would be matched by the next test on this database.
    private static async Task Forget(List<Seeker> seekers)
    {
        foreach (var seeker in seekers)
        {
            await seeker.At.MatchStore.Leave(seeker.Person.Id);
        }
    }

    private static async Task Until(Func<Task<bool>> holds)
    {
        for (var attempt = 0; attempt < 500; attempt++)
        {
            if (await holds())
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail("It did not come true within ten seconds.");
    }
}
