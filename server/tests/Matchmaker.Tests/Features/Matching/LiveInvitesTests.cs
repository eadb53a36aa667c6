using Matchmaker.Features.Accounts;
using Matchmaker.Features.Matching;
using Matchmaker.Platform.Refusals;
using Matchmaker.Tests.Invariants;

namespace Matchmaker.Tests.Features.Matching;

/// <summary>The bounds of invites.</summary>
public sealed class LiveInvitesTests : IAsyncLifetime
{
    private World? _world;

    private World World => _world!;

    public async ValueTask InitializeAsync() => _world = await World.InMemory();

    public ValueTask DisposeAsync() => World.DisposeAsync();

    [Fact]
    public async Task When_too_many_ring_no_more_are_made_until_one_has_ended()
    {
        var (a, b) = (await World.Enter(), await World.Enter());
        await World.PresenceStore.SetAvailable(b.Id, true);
        var live = World.Get<LiveInvites>();
        var last = Guid.Empty;
        for (var i = 0; i < LiveInvites.Max; i++)
        {
            last = Guid.NewGuid();
            live.Add(new StoredInvite(
                last, Cards.Deleted(Guid.NewGuid()), Guid.NewGuid(), "", 300, default, TimeSpan.FromSeconds(20), 0, null, null), isNew: false);
        }

        Assert.Equal(CommonRefusals.Unavailable, (await World.Invites.Invite(a.Connection, b.Id, 300)).No);
        Assert.Equal((LiveInvites.Max, 1), (live.Count, live.Refused));
        live.Ended(last, new EndedInvite(Guid.NewGuid(), Guid.NewGuid(), null), InviteOutcome.Expired);

        Assert.Null((await World.Invites.Invite(a.Connection, b.Id, 300)).No);
        Assert.Equal(LiveInvites.Max, live.Count);
    }

    [Fact]
    public void One_that_ended_while_its_row_was_read_does_not_ring_again()
    {
        var (live, to) = (World.Get<LiveInvites>(), Guid.NewGuid());
        var read = new StoredInvite(
            Guid.NewGuid(), Cards.Deleted(Guid.NewGuid()), to, "", 300, default, TimeSpan.FromSeconds(20), 0, null, null);
        live.HearOver(new InviteEnded(read.InviteId, read.From.Id, to, InviteOutcome.Declined, null));

        live.HearRings(read);
        live.Add(read, isNew: false);

        Assert.Equal((0, 1), (live.Count, live.Over));
        Assert.Empty(World.Outbox.Told(to.ToString(), "inviteReceived"));
    }

    [Fact]
    public async Task The_embedded_store_forgets_those_that_ended_first()
    {
        var store = (InMemoryInviteStore)World.InviteStore;
        var b = await World.Enter();
        await World.PresenceStore.SetAvailable(b.Id, true);
        var first = await Create(store, b);
        for (var i = 1; i < InMemoryInviteStore.MaxInvites; i++)
        {
            await Create(store, b);
        }

        Assert.NotNull(await store.Find(first));
        await Create(store, b);

        Assert.Null(await store.Find(first));
        Assert.Equal(InMemoryInviteStore.MaxInvites, store.Count);
    }

    private static async Task<Guid> Create(InMemoryInviteStore store, Person to)
    {
        var id = Guid.NewGuid();
        Assert.Equal(
            CreateOutcome.Created, (await store.Create(new NewInvite(id, Guid.NewGuid(), to.Id, "", 300), TimeSpan.FromSeconds(20))).Outcome);
        await store.End(id, InviteOutcome.Declined, null);
        return id;
    }
}
