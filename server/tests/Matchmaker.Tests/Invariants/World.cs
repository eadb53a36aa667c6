using System.Security.Cryptography;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Chat;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Privacy;
using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Features.Signaling;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace Matchmaker.Tests.Invariants;

/// <summary>
/// One instance of the server without its wire: the features as the program wires them, on memory with a clock that
/// stands still or on PostgreSQL, where time passes by moving the rows into the past. No worker runs unless started.
/// </summary>
internal sealed class World : IAsyncDisposable
{
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private const string PassSql = """
        update presence set available_since = available_since - @By, lost_at = lost_at - @By;
        update connection set closed_at = closed_at - @By;
        update ticket set joined_at = joined_at - @By;
        update invite set created_at = created_at - @By, expires_at = expires_at - @By, ended_at = ended_at - @By;
        update call set started_at = started_at - @By, ends_at = ends_at - @By, ended_at = ended_at - @By;
        update seat set away_since = away_since - @By;
        update history set started_at = started_at - @By;
        update archived_history set started_at = started_at - @By;
        update app_user set created_at = created_at - @By;
        update login_session set expires_at = expires_at - @By;
        update cooldown set until = until - @By;
        update block set created_at = created_at - @By;
        update measure set taken_at = taken_at - @By, until = until - @By, lifted_at = lifted_at - @By, seen_at = seen_at - @By;
        update address_ban set taken_at = taken_at - @By, until = until - @By, lifted_at = lifted_at - @By;
        update chat_message set sent_at = sent_at - @By;
        update report set created_at = created_at - @By, call_started_at = call_started_at - @By;
        update review_case set opened_at = opened_at - @By, updated_at = updated_at - @By, claimed_at = claimed_at - @By,
            acted_at = acted_at - @By, closed_at = closed_at - @By
        """;

    private readonly ServiceProvider _services;
    private readonly FakeTime? _fake;
    private readonly List<Person> _people = [];

    private World(FakeTime? fake, string? url, Action<IServiceCollection>? change)
    {
        _fake = fake;
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("DATABASE_URL", url)]).Build());
        services.AddSingleton<TimeProvider>(fake is null ? TimeProvider.System : fake);
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = Environments.Development });
        services.AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        services.AddLifetime();
        services.AddRealtime();
        services.AddPostgres();
        services.AddAccounts();
        services.AddSafety();
        services.AddPresence();
        services.AddCalls();
        services.AddMatching();
        services.AddSignaling();
        services.AddChat();
        services.AddReports();
        services.AddPrivacy();
        services.AddSingleton<Resuming>();
        services.AddSingleton<RecordingOutbox>();
        services.AddSingleton<IOutbox>(provider => provider.GetRequiredService<RecordingOutbox>());
        change?.Invoke(services);
        _services = services.BuildServiceProvider();
        // Those that hang on events of others have to be there before the first one.
        _ = (Ending, Queue, Invites, Get<Relay>(), All<IFollower>().ToList());
    }

    public IPresenceStore PresenceStore => Get<IPresenceStore>();

    public ICallStore CallStore => Get<ICallStore>();

    public IMatchStore MatchStore => Get<IMatchStore>();

    public IInviteStore InviteStore => Get<IInviteStore>();

    public IChatStore ChatStore => Get<IChatStore>();

    public ISafetyStore SafetyStore => Get<ISafetyStore>();

    public Matchmaker.Features.Presence.Presence Presence => Get<Matchmaker.Features.Presence.Presence>();

    public Matchmaker.Features.Calls.Calls Calls => Get<Matchmaker.Features.Calls.Calls>();

    public CallEnding Ending => Get<CallEnding>();

    public Matchmaker.Features.Safety.Safety Safety => Get<Matchmaker.Features.Safety.Safety>();

    public Queue Queue => Get<Queue>();

    public Pairing Pairing => Get<Pairing>();

    public Invites Invites => Get<Invites>();

    public RecordingOutbox Outbox => Get<RecordingOutbox>();

    public TimeProvider Time => Get<TimeProvider>();

    public bool IsInMemory => _fake is not null;

    /// <summary>The database of a world that has one.</summary>
    public Database Database => Get<Database>();

    /// <summary>Everybody who ever came in.</summary>
    public IReadOnlyList<Person> People
    {
        get
        {
            lock (_people)
            {
                return [.. _people];
            }
        }
    }

    public static async Task<World> InMemory(Action<IServiceCollection>? change = null) => await new World(new FakeTime(), null, change).Begin();

    public static async Task<World> Postgres(TestDatabase database, Action<IServiceCollection>? change = null) =>
        await new World(null, database.Url, change).Begin();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public IEnumerable<T> All<T>() => _services.GetServices<T>();

    public Task<long> Generation() => Get<InstanceLease>().Generation;

    /// <summary>A new user with one open connection.</summary>
    public async Task<Person> Enter(Gender gender = Gender.Unspecified)
    {
        var card = new Card(Guid.NewGuid(), "Ada", gender, [], []);
        var login = await Get<IAccountStore>().Create(card, Guid.NewGuid(), RandomNumberGenerator.GetBytes(32), TimeSpan.FromDays(365));
        var person = new Person(card, await Connect(card.Id, login.SessionId));
        lock (_people)
        {
            _people.Add(person);
        }

        return person;
    }

    public async Task<Person[]> Enter(int count)
    {
        var people = new Person[count];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) => people[i] = await Enter());
        return people;
    }

    /// <summary>One more connection of a person, as the hub opens it.</summary>
    public Task<Connection> Connect(Person person, string? tab = null) => Connect(person.Id, person.Connection.SessionId, tab);

    public static Connection NewConnection(Guid userId, string? tab = null, Guid? session = null) =>
        new(Guid.NewGuid().ToString("N"), userId, session ?? Guid.NewGuid(), tab ?? Guid.NewGuid().ToString("N"));

    /// <summary>A pair that an accepted invite would start.</summary>
    public static CallPair Pair(Person a, Person b, int callSeconds = 300) =>
        new(Guid.NewGuid(), a.Id, b.Id, null, null, a.Connection.Id, b.Connection.Id, callSeconds);

    /// <summary>A call of the two, started in the store alone.</summary>
    public async Task<Guid> StartInStore(Person a, Person b, int callSeconds = 300)
    {
        var pair = Pair(a, b, callSeconds);
        Assert.Equal(StartOutcome.Started, (await CallStore.Start([pair], null, CallOrigin.Invite))[0].Outcome);
        return pair.CallId;
    }

    public CallEnd End(Guid callId, EndReason reason = EndReason.Hangup) => new(callId, reason, Time.GetTimestamp());

    /// <summary>Puts a ticket of the person into the store alone.</summary>
    public async Task<Guid> JoinInStore(Person person, QueueWishes? wishes = null) =>
        (await MatchStore.Join(new JoinRequest(person.Id, Guid.NewGuid(), person.Connection.Id, wishes ?? new QueueWishes(CallSeconds: 300))))!.TicketId;

    /// <summary>Lets time pass for everything that the stores keep.</summary>
    public async Task Pass(TimeSpan by)
    {
        if (_fake is not null)
        {
            _fake.Advance(by);
            return;
        }

        await Database.Execute(PassSql, new { By = by });
    }

    /// <summary>Sweeps the store and ends what is due, as the clock of calls does.</summary>
    public async Task Sweep()
    {
        foreach (var (callId, reason) in await CallStore.Sweep(Grace, 1000))
        {
            if (Get<LiveCalls>().Find(callId) is { } live)
            {
                await Ending.End(live, reason);
            }
            else
            {
                await CallStore.End(End(callId, reason));
            }
        }
    }

    /// <summary>What is broken, in words; empty when every invariant holds.</summary>
    public async Task<IReadOnlyList<string>> Violations() =>
        _fake is null ? await SqlInvariants.Violations(Database) : await MemoryInvariants.Violations(this);

    /// <summary>
    /// Deadlocks that this database ever saw. A backend tells its figures when it ends, so all idle ones are ended first.
    /// </summary>
    public async Task<int> Deadlocks()
    {
        if (_fake is not null)
        {
            return 0;
        }

        Database.Source.Clear();
        for (var attempt = 0; attempt < 50; attempt++)
        {
            if (await Database.One<int>(
                "select count(*)::int from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()") == 0)
            {
                break;
            }

            await Task.Delay(10);
        }

        return await Database.One<int>("select deadlocks::int from pg_stat_database where datname = current_database()");
    }

    public async ValueTask DisposeAsync()
    {
        await Get<InstanceLease>().StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    private async Task<Connection> Connect(Guid userId, Guid session, string? tab = null)
    {
        var connection = NewConnection(userId, tab, session);
        Assert.Null(await Presence.Open(connection));
        return connection;
    }

    private async Task<World> Begin()
    {
        await Get<InstanceLease>().StartAsync(CancellationToken.None);
        await Generation();
        return this;
    }
}

/// <summary>A user with the connection that they came in with.</summary>
internal sealed record Person(Card Card, Connection Connection)
{
    public Guid Id => Card.Id;
}
