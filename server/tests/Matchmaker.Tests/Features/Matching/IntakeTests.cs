using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Matching;

/// <summary>What reading the tickets of other instances costs, and that none is overlooked.</summary>
public sealed class IntakeTests : IAsyncLifetime
{
    private readonly OthersTickets _tickets = new();
    private readonly CountedSafety _safety = new();
    private World? _world;

    private World World => _world!;

    private Intake Intake => World.Get<Intake>();

    public async ValueTask InitializeAsync() => _world = await World.InMemory(services => services
        .AddSingleton<IMatchStore>(_tickets).AddSingleton<ISafetyStore>(_safety));

    public async ValueTask DisposeAsync() => await World.DisposeAsync();

    [Fact]
    public async Task A_new_leader_reads_everybody_in_pages_each_with_all_whom_they_avoid_and_keeps_out_who_must_not_meet()
    {
        var blocked = _tickets.Add(Intake.Page * 2 + 1);
        _safety.Avoid(blocked[0], blocked[1]);
        Lead();

        Assert.True(await Intake.Read());
        Assert.Equal(Intake.Page, World.Pairing.Waiting);
        Assert.True(await Intake.Read());
        Assert.False(await Intake.Read());

        Assert.Equal(blocked.Count, World.Pairing.Waiting);
        Assert.Equal((3, 3), (_tickets.Lists, _safety.Reads));
        Assert.True(World.Pairing.Tickets().Single(t => t.UserId == blocked[0]).Avoids(blocked[1], World.Time.GetUtcNow()));
        Assert.All(World.Pairing.Tickets(), t => Assert.Equal("elsewhere", t.Instance));
    }

    [Fact]
    public async Task Everybody_heard_of_while_nobody_read_is_read_at_once_and_once()
    {
        Lead();
        await Intake.Read();
        var (lists, reads) = (_tickets.Lists, _safety.Reads);
        var joined = _tickets.Add(700);
        foreach (var user in joined.Concat(joined))
        {
            Intake.Hear(user);
        }

        Assert.Equal(700, Intake.Heard);
        Assert.False(await Intake.Read());
        Assert.False(await Intake.Read());

        Assert.Equal(700, World.Pairing.Waiting);
        Assert.Equal((1, 0, 1), (_tickets.ListsOf, _tickets.Lists - lists, _safety.Reads - reads));
        Assert.Equal(0, Intake.Heard);
    }

    [Fact]
    public async Task Whom_it_did_not_hear_of_it_finds_the_next_second_and_asks_again_only_for_what_was_new_lately()
    {
        Lead();
        var early = _tickets.Add(3);
        await Intake.Read();
        await World.Pass(TimeSpan.FromSeconds(11));
        var late = _tickets.Add(2);
        Assert.False(await Intake.Read());
        Assert.Equal(3, World.Pairing.Waiting);

        Intake.LookAgain();
        await Intake.Read();

        Assert.Equal(5, World.Pairing.Waiting);
        Assert.Equal(early.Count, _tickets.After); // numbers begin at 1: only the late ones were asked for
        var reads = _safety.Reads;
        Intake.LookAgain();
        await Intake.Read();
        Assert.Equal((early.Count, reads), (_tickets.After, _safety.Reads));
        Assert.All(late, user => Assert.Contains(World.Pairing.Tickets(), t => t.UserId == user));
    }

    [Fact]
    public async Task At_its_bound_nobody_more_is_heard_of_and_all_are_found_all_the_same()
    {
        Lead();
        await Intake.Read();
        foreach (var user in _tickets.Add(Intake.MaxHeard + 5))
        {
            Intake.Hear(user);
        }

        Assert.Equal((Intake.MaxHeard, 5), (Intake.Heard, Intake.NotHeard));
        await Intake.Read();
        Intake.LookAgain();
        while (await Intake.Read())
        {
        }

        Assert.Equal(Intake.MaxHeard + 5, World.Pairing.Waiting);
    }

    [Fact]
    public async Task Whoever_does_not_lead_listens_to_nobody()
    {
        Intake.Hear(_tickets.Add(1)[0]);
        Assert.Equal(0, Intake.Heard);
        await Intake.Read();
        Assert.Equal(0, World.Pairing.Waiting);
    }

    private void Lead()
    {
        World.Pairing.Lead(1);
        Intake.Begin();
    }

    /// <summary>Tickets that another instance put into the store, and how often they were read.</summary>
    private sealed class OthersTickets : IMatchStore
    {
        private readonly List<WaitingTicket> _all = [];

        public int Lists { get; private set; }

        public int ListsOf { get; private set; }

        /// <summary>The number after which tickets were asked for last.</summary>
        public long After { get; private set; }

        public List<Guid> Add(int count)
        {
            var users = Enumerable.Range(0, count).Select(_ => Guid.NewGuid()).ToList();
            foreach (var user in users)
            {
                _all.Add(new WaitingTicket(
                    Guid.NewGuid(), _all.Count + 1, user, Gender.Unspecified, "connection", new QueueWishes(CallSeconds: 300), TimeSpan.Zero, "elsewhere"));
            }

            return users;
        }

        public Task<IReadOnlyList<WaitingTicket>> ListOf(IReadOnlyCollection<Guid> users)
        {
            ListsOf++;
            return Task.FromResult<IReadOnlyList<WaitingTicket>>([.. _all.Where(t => users.Contains(t.UserId))]);
        }

        public Task<IReadOnlyList<WaitingTicket>> ListAfter(long number, int limit)
        {
            (Lists, After) = (Lists + 1, number);
            return Task.FromResult<IReadOnlyList<WaitingTicket>>([.. _all.Where(t => t.Number > number).Take(limit)]);
        }

        public Task<JoinedTicket?> Join(JoinRequest request) => throw new NotSupportedException();

        public Task<bool> Leave(Guid userId) => throw new NotSupportedException();

        public Task<WaitingTicket?> Find(Guid userId) => throw new NotSupportedException();

        public Task<int> DeleteLost(int limit) => throw new NotSupportedException();

        public Task<int> CountLost(int limit) => throw new NotSupportedException();

        public Task<IReadOnlyDictionary<Guid, (Guid TicketId, bool Connected)>> StillWaiting(IReadOnlyCollection<Guid> users) =>
            throw new NotSupportedException();

        public Task<LiveStats?> CountAll() => throw new NotSupportedException();
    }

    /// <summary>Whom people avoid, and how often it was read; never of one alone.</summary>
    private sealed class CountedSafety : ISafetyStore
    {
        private readonly List<(Guid Me, Guid Other)> _avoided = [];

        public int Reads { get; private set; }

        public void Avoid(Guid me, Guid other) => _avoided.Add((me, other));

        public Task<ILookup<Guid, Avoided>> AvoidOf(IReadOnlyCollection<Guid> users)
        {
            Reads++;
            return Task.FromResult(_avoided.Where(a => users.Contains(a.Me)).ToLookup(a => a.Me, a => new Avoided(a.Other, null)));
        }

        public Task<IReadOnlyList<Avoided>> AvoidOf(Guid userId) => throw new NotSupportedException();

        public Task<bool> Block(Guid blocker, Guid blocked, int max) => throw new NotSupportedException();

        public Task Unblock(Guid blocker, Guid blocked) => throw new NotSupportedException();

        public Task<IReadOnlyList<Guid>> Blocks(Guid userId) => throw new NotSupportedException();

        public Task<bool> IsBlocked(Guid a, Guid b) => throw new NotSupportedException();

        public Task<DateTimeOffset?> CooldownUntil(Guid a, Guid b) => throw new NotSupportedException();

        public Task<DateTimeOffset> ExtendCooldown(Guid a, Guid b, DateTimeOffset until) => throw new NotSupportedException();

        public Task Erase(Guid userId) => throw new NotSupportedException();

        public Task<int> DeleteExpired(int limit) => throw new NotSupportedException();

        public Task<int> CountExpired(int limit) => throw new NotSupportedException();
    }
}
