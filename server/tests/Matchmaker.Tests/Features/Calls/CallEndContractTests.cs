using Dapper;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Calls;

/// <summary>What every call store promises about how calls end, and what remains of them.</summary>
public abstract class CallEndContractTests(TestDatabase? database) : WorldTests(database)
{
    private static readonly TimeSpan _day = TimeSpan.FromHours(24);
    private static readonly TimeSpan _short = TimeSpan.FromMinutes(5);

    private ICallStore Store => World.CallStore;

    [Fact]
    public async Task A_call_ends_once_and_ending_it_again_answers_as_it_ended()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        await World.Pass(TimeSpan.FromSeconds(10));

        var ended = await Store.End(World.End(call, EndReason.Next));
        await World.Pass(TimeSpan.FromSeconds(10));
        var again = await Store.End(World.End(call, EndReason.Blocked));

        Assert.Equal((call, 10, true, EndReason.Next, 2), (ended!.CallId, ended.Seconds, ended.Recorded, ended.Reason, ended.Rev));
        Assert.Equal((10, EndReason.Next, 2), (again!.Seconds, again.Reason, again.Rev));
        Assert.Null(await Store.FindActive(a.Id));
        Assert.Null(await Store.End(World.End(Guid.NewGuid())));
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public async Task A_call_is_in_both_histories_from_five_seconds_on(int seconds, bool recorded)
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        await World.Pass(TimeSpan.FromSeconds(seconds));

        var ended = await Store.End(World.End(call));

        Assert.Equal((seconds, recorded), (ended!.Seconds, ended.Recorded));
        Assert.Equal(recorded ? 1 : 0, (await Store.History(a.Id, 10, null)).Count);
        var theirs = await Store.FindInHistory(b.Id, call);
        Assert.Equal(recorded, theirs is not null);
        if (theirs is not null)
        {
            Assert.Equal(
                (a.Id, seconds, EndReason.Hangup, CallOrigin.Invite, false),
                (theirs.Partner.Id, theirs.Seconds, theirs.Reason, theirs.Origin, theirs.Reported));
            Assert.Equal(a.Card.Name, theirs.Partner.Name);
        }

        AssertNear(recorded ? _day : _short, ended.CooldownUntil);
    }

    [Fact]
    public async Task A_lost_partner_costs_only_the_short_cooldown()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        await World.Pass(TimeSpan.FromSeconds(60));

        AssertNear(_short, (await Store.End(World.End(call, EndReason.PartnerLost)))!.CooldownUntil);
        AssertNear(_short, await World.SafetyStore.CooldownUntil(b.Id, a.Id));
    }

    [Fact]
    public async Task A_longer_cooldown_that_runs_already_is_not_shortened()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        await World.SafetyStore.ExtendCooldown(a.Id, b.Id, World.Time.GetUtcNow() + (2 * _day));
        await World.Pass(TimeSpan.FromSeconds(60));

        AssertNear((2 * _day) - TimeSpan.FromSeconds(60), (await Store.End(World.End(call)))!.CooldownUntil);
    }

    [Fact]
    public async Task A_call_never_lasts_longer_than_it_may()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b, callSeconds: 60);
        await World.Pass(TimeSpan.FromSeconds(90));

        Assert.Equal(60, (await Store.End(World.End(call, EndReason.TimeUp)))!.Seconds);
    }

    [Fact]
    public async Task The_two_may_be_in_other_calls_afterwards()
    {
        var (a, b, c) = (await World.Enter(), await World.Enter(), await World.Enter());
        await Store.End(World.End(await World.StartInStore(a, b)));

        var second = await World.StartInStore(b, c);

        Assert.Equal(second, (await Store.FindActive(b.Id))!.CallId);
        Assert.Null(await Store.FindActive(a.Id));
    }

    [Theory]
    [InlineData(64, false)]
    [InlineData(66, true)]
    public async Task The_sweep_ends_a_call_whose_time_is_up_a_little_later_than_its_own_instance(int after, bool due)
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b, callSeconds: 60);
        await World.Pass(TimeSpan.FromSeconds(after));

        var swept = (await Store.Sweep(World.Grace, 1000)).Where(s => s.CallId == call).ToList();

        Assert.Equal(due ? [(call, EndReason.TimeUp)] : [], swept);
        await World.Sweep();
        Assert.Equal(due, await Store.FindActive(a.Id) is null);
    }

    [Theory]
    [InlineData(34, false)]
    [InlineData(36, true)]
    public async Task The_sweep_ends_a_call_that_somebody_stays_away_from(int after, bool due)
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        await World.PresenceStore.Close(b.Connection.Id);
        await World.Sweep();
        await World.Pass(TimeSpan.FromSeconds(after));

        Assert.Equal(due ? [(call, EndReason.PartnerLost)] : [], (await Store.Sweep(World.Grace, 1000)).Where(s => s.CallId == call));
    }

    [Fact]
    public async Task Somebody_who_comes_back_in_time_keeps_the_call()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        await World.PresenceStore.Close(b.Connection.Id);
        await World.Sweep();
        await World.Pass(TimeSpan.FromSeconds(25));
        var back = await World.Connect(b);
        Assert.Equal(back.Id, (await Store.Attach(b.Id, call, back.Id, take: false))!.Holder);

        await World.Pass(TimeSpan.FromSeconds(25));
        await World.Sweep();

        Assert.Equal(call, (await Store.FindActive(b.Id))!.CallId);
    }

    [Fact]
    public async Task The_sweep_forgets_the_ticket_of_somebody_who_stays_away()
    {
        var a = await World.Enter();
        await World.JoinInStore(a);
        await World.PresenceStore.Close(a.Connection.Id);
        await World.Pass(World.Grace - TimeSpan.FromSeconds(1));
        await World.Sweep();
        Assert.NotNull(await World.MatchStore.Find(a.Id));

        await World.Pass(TimeSpan.FromSeconds(2));
        await World.Sweep();
        Assert.Null(await World.MatchStore.Find(a.Id));
    }

    [Fact]
    public async Task The_history_is_read_in_pages_newest_first_without_gaps_or_repeats()
    {
        var me = await World.Enter();
        var made = new List<Guid>();
        for (var i = 0; i < 7; i++)
        {
            made.Add(await World.StartInStore(me, await World.Enter()));
            await World.Pass(TimeSpan.FromSeconds(10));
            await Store.End(World.End(made[^1]));
        }

        var read = new List<HistoryEntry>();
        (DateTimeOffset, Guid)? before = null;
        for (var page = await Store.History(me.Id, 3, before); page.Count > 0; page = await Store.History(me.Id, 3, before))
        {
            Assert.True(page.Count <= 3);
            read.AddRange(page);
            before = HistoryCursor.Read(HistoryCursor.Write(page[^1]));
        }

        Assert.Equal(Enumerable.Reverse(made), read.Select(h => h.CallId));
        Assert.Null(await Store.FindInHistory(me.Id, Guid.NewGuid()));
    }

    [Fact]
    public async Task Erasing_forgets_ones_own_history_and_ones_card_in_that_of_others()
    {
        var (me, other, third) = (await World.Enter(), await World.Enter(), await World.Enter());
        foreach (var (a, b) in new[] { (me, other), (third, other) })
        {
            var call = await World.StartInStore(a, b);
            await World.Pass(TimeSpan.FromSeconds(10));
            await Store.End(World.End(call));
        }

        await Store.Erase(me.Id);
        await Store.Erase(me.Id);
        await World.Get<IAccountStore>().Erase(me.Id);

        Assert.Empty(await Store.History(me.Id, 10, null));
        var theirs = await Store.History(other.Id, 10, null);
        Assert.Equal([third.Card.Name, Cards.Deleted(me.Id).Name], theirs.Select(h => h.Partner.Name));
        Assert.Equal(me.Id, theirs[1].Partner.Id);
    }

    private void AssertNear(TimeSpan expected, DateTimeOffset? until) => Assert.InRange(
        until!.Value - World.Time.GetUtcNow(), expected - TimeSpan.FromSeconds(5), expected + TimeSpan.FromSeconds(5));
}

public sealed class InMemoryCallEndTests() : CallEndContractTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresCallEndTests(TestDatabase database) : CallEndContractTests(database), IClassFixture<TestDatabase>
{
    private const string WaitingSql =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%end_calls(%'";

    [Fact]
    public async Task A_call_grows_no_longer_while_its_end_waits_for_the_row()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        var call = await World.StartInStore(a, b);
        await using var connection = await World.Database.Source.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await connection.ExecuteAsync("select 1 from call where call_id = @call for update", new { call }, transaction);

        var ending = World.CallStore.End(World.End(call));
        await Eventually.Holds(async () => await World.Database.One<long>(WaitingSql) == 1);
        var waiting = await World.Database.One<DateTimeOffset>("select clock_timestamp()");
        await transaction.CommitAsync();

        Assert.NotNull(await ending);
        Assert.True(await World.Database.One<DateTimeOffset>("select ended_at from call where call_id = @call", new { call }) < waiting);
    }
}
