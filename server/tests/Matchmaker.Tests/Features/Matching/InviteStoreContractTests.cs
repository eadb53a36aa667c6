using Matchmaker.Features.Matching;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Matching;

/// <summary>What every store of invites promises.</summary>
public abstract class InviteStoreContractTests(TestDatabase? database) : WorldTests(database)
{
    protected static readonly TimeSpan Ring = TimeSpan.FromSeconds(20);

    private protected IInviteStore Store => World.InviteStore;

    [Fact]
    public async Task An_inviteRings_and_is_found_by_both()
    {
        var (a, b) = await Two();

        var (created, id) = await Create(a, b);

        Assert.Equal((CreateOutcome.Created, id, Ring), (created.Outcome, created.InviteId!.Value, created.Remaining));
        var found = await Store.Find(id);
        Assert.Equal((a.Id, b.Id, a.Connection.Id, 300), (found!.From.Id, found.ToUserId, found.ConnectionId, found.CallSeconds));
        Assert.Equal((0, null, null), (found.Extensions, found.Outcome, found.CallId));
        Assert.Equal(a.Card.Name, found.From.Name);
        Assert.InRange(found.Remaining, Ring - TimeSpan.FromSeconds(5), Ring);
        Assert.Equal([id], (await Store.LiveOf(a.Id)).Select(i => i.InviteId));
        Assert.Equal([id], (await Store.LiveOf(b.Id)).Select(i => i.InviteId));
        Assert.Null(await Store.Find(Guid.NewGuid()));
    }

    [Fact]
    public async Task Of_a_pair_there_is_one_live_invite_either_way()
    {
        var (a, b) = await Two();
        var (_, id) = await Create(a, b);

        var (again, _) = await Create(a, b);
        var (crossing, _) = await Create(b, a);

        Assert.Equal((CreateOutcome.Repeated, id), (again.Outcome, again.InviteId!.Value));
        Assert.Equal((CreateOutcome.Crossing, id), (crossing.Outcome, crossing.InviteId!.Value));
        Assert.InRange(crossing.Remaining, TimeSpan.FromSeconds(1), Ring);
    }

    [Fact]
    public async Task One_person_may_be_asked_by_several()
    {
        var (a, b) = await Two();
        var c = await World.Enter();

        await Create(a, b);
        Assert.Equal(CreateOutcome.Created, (await Create(c, b)).Created.Outcome);
        Assert.Equal(2, (await Store.LiveOf(b.Id)).Count);
    }

    [Fact]
    public async Task Who_is_in_a_call_is_busy_and_cannot_be_asked()
    {
        var (a, b) = await Two();
        var c = await World.Enter();
        await World.PresenceStore.SetAvailable(c.Id, true);
        await World.StartInStore(a, b);

        Assert.Equal(CreateOutcome.Busy, (await Create(a, c)).Created.Outcome);
        Assert.Equal(CreateOutcome.Unavailable, (await Create(c, b)).Created.Outcome);
    }

    [Fact]
    public async Task Offline_blocked_and_not_available_look_the_same()
    {
        var (a, offline) = await Two();
        var (blocker, hidden) = await Two();
        await World.PresenceStore.Close(offline.Connection.Id);
        await World.SafetyStore.Block(blocker.Id, a.Id, 10);
        await World.PresenceStore.SetAvailable(blocker.Id, true);
        await World.PresenceStore.SetAvailable(hidden.Id, false);

        foreach (var to in new[] { offline, blocker, hidden })
        {
            Assert.Equal(new CreatedInvite(CreateOutcome.Unavailable), (await Create(a, to)).Created);
        }

        Assert.Equal(CreateOutcome.Unavailable, (await Create(blocker, a)).Created.Outcome);
    }

    [Fact]
    public async Task A_cooldown_is_told_with_the_time_that_it_still_runs()
    {
        var (a, b) = await Two();
        await World.SafetyStore.ExtendCooldown(a.Id, b.Id, World.Time.GetUtcNow().AddMinutes(10));

        var (created, _) = await Create(a, b);

        Assert.Equal(CreateOutcome.Cooldown, created.Outcome);
        Assert.InRange(created.Remaining, TimeSpan.FromMinutes(9.9), TimeSpan.FromMinutes(10.1));
    }

    [Theory]
    [InlineData(19, false)]
    [InlineData(20, true)]
    public async Task One_that_rang_out_is_not_in_the_way_of_the_next(int after, bool over)
    {
        var (a, b) = await Two();
        var (_, first) = await Create(a, b);
        await World.Pass(TimeSpan.FromSeconds(after));

        Assert.Equal(over ? CreateOutcome.Created : CreateOutcome.Repeated, (await Create(a, b)).Created.Outcome);
        Assert.Equal(over ? InviteOutcome.Expired : null, (await Store.Find(first))!.Outcome);
        Assert.Single(await Store.LiveOf(b.Id));
    }

    [Fact]
    public async Task An_invite_ends_once_and_with_the_cooldown_of_its_end()
    {
        var (a, b) = await Two();
        var (_, id) = await Create(a, b);

        var ended = await Store.End(id, InviteOutcome.Declined, TimeSpan.FromHours(24));

        Assert.Equal((a.Id, b.Id), (ended!.FromUserId, ended.ToUserId));
        Assert.InRange(ended.CooldownUntil!.Value - World.Time.GetUtcNow(), TimeSpan.FromHours(23.9), TimeSpan.FromHours(24.1));
        Assert.NotNull(await World.SafetyStore.CooldownUntil(b.Id, a.Id));
        Assert.Null(await Store.End(id, InviteOutcome.Rescinded, TimeSpan.FromHours(48)));
        Assert.Equal(InviteOutcome.Declined, (await Store.Find(id))!.Outcome);
        Assert.Empty(await Store.LiveOf(a.Id));
        Assert.Null(await Store.End(Guid.NewGuid(), InviteOutcome.Expired, null));
    }

    [Fact]
    public async Task An_end_without_a_cooldown_leaves_none()
    {
        var (a, b) = await Two();
        var (_, id) = await Create(a, b);

        Assert.Null((await Store.End(id, InviteOutcome.Unavailable, null))!.CooldownUntil);
        Assert.Equal(CreateOutcome.Created, (await Create(b, a)).Created.Outcome);
    }

    [Fact]
    public async Task An_end_never_shortens_a_cooldown()
    {
        var (a, b) = await Two();
        var (_, id) = await Create(a, b);
        var until = await World.SafetyStore.ExtendCooldown(a.Id, b.Id, DateTimeOffset.FromUnixTimeSeconds(World.Time.GetUtcNow().AddDays(9).ToUnixTimeSeconds()));

        Assert.Equal(until, (await Store.End(id, InviteOutcome.Rescinded, TimeSpan.FromMinutes(10)))!.CooldownUntil);
    }

    [Fact]
    public async Task One_that_was_extended_at_the_last_moment_does_not_expire_before_its_new_end()
    {
        var (a, b) = await Two();
        var (_, id) = await Create(a, b);
        await World.Pass(Ring - TimeSpan.FromSeconds(5));
        Assert.NotNull(await Store.Extend(id, a.Id, Ring, 2));

        await World.Pass(TimeSpan.FromSeconds(6));
        Assert.Null(await Store.End(id, InviteOutcome.Expired, TimeSpan.FromMinutes(10)));
        Assert.Null((await Store.Find(id))!.Outcome);

        await World.Pass(Ring);
        Assert.NotNull(await Store.End(id, InviteOutcome.Expired, TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public async Task Only_the_inviter_may_let_itRing_longer_and_only_so_often()
    {
        var (a, b) = await Two();
        var (_, id) = await Create(a, b);

        Assert.Null(await Store.Extend(id, b.Id, Ring, 2));
        var once = await Store.Extend(id, a.Id, Ring, 2);
        Assert.Equal(1, once!.Extensions);
        Assert.InRange(once.Remaining, (2 * Ring) - TimeSpan.FromSeconds(5), 2 * Ring);
        Assert.NotNull(await Store.Extend(id, a.Id, Ring, 2));
        Assert.Null(await Store.Extend(id, a.Id, Ring, 2));
        await World.Pass(TimeSpan.FromSeconds(59 - 5));
        Assert.Single(await Store.LiveOf(b.Id));
    }

    [Fact]
    public async Task One_that_rang_out_or_ended_cannot_be_extended()
    {
        var (a, b) = await Two();
        var (_, first) = await Create(a, b);
        await World.Pass(Ring);
        Assert.Null(await Store.Extend(first, a.Id, Ring, 2));
        Assert.Empty(await Store.LiveOf(a.Id));

        var (_, second) = await Create(a, b);
        await Store.End(second, InviteOutcome.Rescinded, null);
        Assert.Null(await Store.Extend(second, a.Id, Ring, 2));
    }

    [Fact]
    public async Task An_ended_invite_is_remembered_for_five_minutes()
    {
        var (a, b) = await Two();
        var (_, id) = await Create(a, b);
        await Store.End(id, InviteOutcome.Rescinded, null);

        await World.Pass(TimeSpan.FromMinutes(4.9));
        await World.Sweep();
        Assert.NotNull(await Store.Find(id));
        await World.Pass(TimeSpan.FromMinutes(0.2));
        await World.Sweep();
        var (_, next) = await Create(await World.Enter(), b);
        await Store.End(next, InviteOutcome.Rescinded, null);
        Assert.Null(await Store.Find(id));
    }

    [Fact]
    public async Task Writing_back_what_is_there_changes_nothing()
    {
        var (a, b) = await Two();
        var (_, id) = await Create(a, b);
        var ringing = (await Store.Find(id))!;
        await Store.Restore([ringing]);
        Assert.Equal([id], (await Store.LiveOf(a.Id)).Select(i => i.InviteId));
        await Store.End(id, InviteOutcome.Declined, null);

        await Store.Restore([ringing]);

        Assert.Equal(InviteOutcome.Declined, (await Store.Find(id))!.Outcome);
        Assert.Empty(await Store.LiveOf(a.Id));
    }

    private protected async Task<(Person A, Person B)> Two()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.PresenceStore.SetAvailable(a.Id, true);
        await World.PresenceStore.SetAvailable(b.Id, true);
        return (a, b);
    }

    private protected async Task<(CreatedInvite Created, Guid Id)> Create(Person from, Person to)
    {
        var id = Guid.NewGuid();
        return (await Store.Create(new NewInvite(id, from.Id, to.Id, from.Connection.Id, 300), Ring), id);
    }
}

public sealed class InMemoryInviteStoreTests() : InviteStoreContractTests(null);

[Trait("Category", "Postgres")]
public sealed class PostgresInviteStoreTests(TestDatabase database) : InviteStoreContractTests(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task An_invite_that_the_database_lost_is_written_back_as_it_was()
    {
        var (a, b) = await Two();
        var (_, id) = await Create(a, b);
        var ringing = (await Store.Extend(id, a.Id, Ring, 2))!;
        await World.Database.Execute("truncate invite");

        await Store.Restore([ringing]);

        var found = (await Store.Find(id))!;
        Assert.Equal(ringing with { From = found.From, Remaining = found.Remaining }, found);
        Assert.InRange(found.Remaining, TimeSpan.FromSeconds(1), ringing.Remaining);
    }
}
