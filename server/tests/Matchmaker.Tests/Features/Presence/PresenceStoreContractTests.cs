using Matchmaker.Features.Presence;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Presence;

/// <summary>What every presence store promises.</summary>
public abstract class PresenceStoreContractTests(TestDatabase? database) : WorldTests(database)
{
    private protected const int Max = 2;
    private readonly Guid _me = Guid.NewGuid();

    private protected IPresenceStore Store => World.PresenceStore;

    private protected async Task<OpenedSlot> Open(Connection connection, int? maxOfAll = null) =>
        await Store.Open(connection, await World.Generation(), Max, maxOfAll);

    /// <summary>Closes what other tests have left open in the same database.</summary>
    private protected Task NobodyElse() => World.IsInMemory
        ? Task.CompletedTask
        : World.Database.Execute("update connection set closed_at = clock_timestamp() where closed_at is null");

    private protected Connection Mine(string? tab = null) => World.NewConnection(_me, tab);

    [Fact]
    public async Task The_keys_of_hub_tickets_stay_the_same()
    {
        var keys = await Store.HubTicketKeys();

        Assert.Equal(32, keys.Current.Length);
        Assert.Equal(keys.Current, (await Store.HubTicketKeys()).Current);
        Assert.Null(keys.Previous);
    }

    [Fact]
    public async Task A_hub_ticket_opens_one_connection_once()
    {
        var (one, two) = (Mine(), Mine());

        Assert.False((await Open(one)).TicketUsed);
        var again = await Open(one);
        Assert.True(again.TicketUsed);
        Assert.Empty(again.SameTab);
        Assert.Empty(again.Displaced);
        await Open(two);
        Assert.Equal(1, await Store.Close(one.Id)); // what was refused closed nothing
    }

    [Fact]
    public async Task A_hub_ticket_stays_used_after_its_connection_closed()
    {
        var one = Mine();
        await Open(one);
        await Store.Close(one.Id);

        Assert.True((await Open(one)).TicketUsed);
        await World.Pass(TimeSpan.FromSeconds(59));
        await Open(Mine());
        Assert.True((await Open(one)).TicketUsed);
    }

    [Fact]
    public async Task A_tab_that_comes_back_takes_its_own_place_in_silence()
    {
        var (older, other, newer) = (Mine("the-same-tab"), Mine(), Mine("the-same-tab"));
        await Open(older);
        await Open(other);

        var slot = await Open(newer);

        Assert.Equal([older.Id], slot.SameTab);
        Assert.Empty(slot.Displaced);
        Assert.Equal(1, await Store.Close(newer.Id));
    }

    [Fact]
    public async Task A_tab_of_somebody_else_with_the_same_name_is_left_alone()
    {
        var stranger = World.NewConnection(Guid.NewGuid(), "the-same-tab");
        await Open(stranger);

        Assert.Empty((await Open(Mine("the-same-tab"))).SameTab);
        Assert.Equal(0, await Store.Close(stranger.Id));
    }

    [Fact]
    public async Task A_third_tab_displaces_the_oldest()
    {
        var (one, two, three, four) = (Mine(), Mine(), Mine(), Mine());

        Assert.Empty((await Open(one)).Displaced);
        Assert.Empty((await Open(two)).Displaced);
        Assert.Equal([one.Id], (await Open(three)).Displaced);
        Assert.Equal([two.Id], (await Open(four)).Displaced);
    }

    [Fact]
    public async Task Of_all_connections_there_are_no_more_than_allowed_and_who_takes_no_new_place_gets_in()
    {
        const int full = 2, roomy = 3;
        await NobodyElse();
        var (one, two, stranger) = (Mine("the-same-tab"), Mine(), World.NewConnection(Guid.NewGuid()));
        Assert.Null((await Open(one, maxOfAll: full)).No);
        Assert.Null((await Open(two, maxOfAll: full)).No);

        var refused = await Open(stranger, maxOfAll: full);
        Assert.Equal(PresenceRefusals.ServerFull, refused.No);
        Assert.Empty(refused.SameTab.Concat(refused.Displaced));
        Assert.False(await Store.HasRoom(stranger.UserId, stranger.Tab, Max, full));
        Assert.True(await Store.HasRoom(stranger.UserId, stranger.Tab, Max, roomy));

        Assert.True(await Store.HasRoom(_me, "the-same-tab", Max, full));
        Assert.True(await Store.HasRoom(_me, "another-tab", Max, full)); // for the oldest
        Assert.Equal([one.Id], (await Open(Mine("the-same-tab"), maxOfAll: full)).SameTab);
        Assert.Equal([two.Id], (await Open(Mine(), maxOfAll: full)).Displaced);
        Assert.Equal(PresenceRefusals.InvalidHubTicket, (await Open(one, maxOfAll: full)).No);

        Assert.Null((await Open(stranger, maxOfAll: roomy)).No); // its ticket was not used by the refusal
        Assert.Equal(0, await Store.Close(stranger.Id));
        Assert.Null((await Open(World.NewConnection(stranger.UserId), maxOfAll: roomy)).No);
    }

    [Fact]
    public async Task A_refusal_for_want_of_room_does_not_begin_the_grace_again()
    {
        var (only, stranger) = (Mine(), World.NewConnection(Guid.NewGuid()));
        await Open(only);
        await Store.SetAvailable(_me, true);
        await Store.Close(only.Id);
        await Open(stranger);
        await World.Pass(World.Grace - TimeSpan.FromSeconds(1));

        Assert.Equal(PresenceRefusals.ServerFull, (await Open(Mine(), maxOfAll: 1)).No);

        await World.Pass(TimeSpan.FromSeconds(2));
        await World.Sweep();
        Assert.Null(await Store.AvailableSince(_me));
    }

    [Fact]
    public async Task The_late_close_of_a_displaced_connection_undoes_nothing()
    {
        var (one, two, three) = (Mine(), Mine(), Mine());
        await Open(one);
        await Open(two);
        await Open(three);
        await Store.SetAvailable(_me, true);

        Assert.Equal(2, await Store.Close(one.Id));
        Assert.Equal(2, await Store.Close(one.Id));
        await World.Pass(World.Grace * 2);
        await World.Sweep();
        Assert.NotNull(await Store.AvailableSince(_me));
    }

    [Fact]
    public async Task Closing_tells_how_many_are_left()
    {
        var (one, two) = (Mine(), Mine());
        await Open(one);
        await Open(two);

        Assert.Equal(1, await Store.Close(two.Id));
        Assert.Equal(0, await Store.Close(one.Id));
        Assert.Equal(0, await Store.Close("nobody's"));
    }

    [Fact]
    public async Task Availability_keeps_its_time_until_it_is_taken_back()
    {
        await Open(Mine());
        Assert.Null(await Store.AvailableSince(_me));

        var since = await Store.SetAvailable(_me, true);
        Assert.NotNull(since);
        Assert.Equal(since, await Store.SetAvailable(_me, true));
        Assert.Equal(since, await Store.AvailableSince(_me));
        Assert.Null(await Store.SetAvailable(_me, false));
        Assert.Null(await Store.AvailableSince(_me));
        Assert.Null(await Store.AvailableSince(Guid.NewGuid()));
    }

    [Fact]
    public async Task Only_who_is_connected_is_listed_as_available_the_longest_first()
    {
        var (second, gone) = (World.NewConnection(Guid.NewGuid()), World.NewConnection(Guid.NewGuid()));
        await Open(Mine());
        await Open(second);
        await Open(gone);
        await Store.SetAvailable(_me, true);
        await World.Pass(TimeSpan.FromSeconds(1));
        await Store.SetAvailable(second.UserId, true);
        await Store.SetAvailable(gone.UserId, true);
        await Store.Close(gone.Id);

        var listed = (await Store.ListAvailable(1000)).Select(a => a.UserId).ToList();

        Assert.Equal([_me, second.UserId], listed.Where(u => u == _me || u == second.UserId || u == gone.UserId));
        Assert.Single(await Store.ListAvailable(1));
    }

    [Fact]
    public async Task Somebody_without_a_connection_is_kept_for_the_grace_and_no_longer()
    {
        var only = Mine();
        await Open(only);
        await Store.SetAvailable(_me, true);
        await Store.Close(only.Id);

        await World.Pass(World.Grace - TimeSpan.FromSeconds(1));
        await World.Sweep();
        Assert.NotNull(await Store.AvailableSince(_me));
        await World.Pass(TimeSpan.FromSeconds(2));
        await World.Sweep();
        Assert.Null(await Store.AvailableSince(_me));
    }

    [Fact]
    public async Task Coming_back_within_the_grace_stops_its_clock()
    {
        var first = Mine();
        await Open(first);
        var since = await Store.SetAvailable(_me, true);
        await Store.Close(first.Id);
        await World.Pass(TimeSpan.FromSeconds(20));
        var second = Mine();
        await Open(second);

        await World.Pass(TimeSpan.FromSeconds(20));
        await World.Sweep();
        Assert.NotNull(await Store.AvailableSince(_me));
        await Store.Close(second.Id);
        await World.Pass(TimeSpan.FromSeconds(20)); // 60 s since the first one closed, 20 s since the second
        await World.Sweep();
        Assert.NotNull(await Store.AvailableSince(_me));
        Assert.True(since > DateTimeOffset.UnixEpoch);
    }
}

public sealed class InMemoryPresenceStoreTests() : PresenceStoreContractTests(null)
{
    [Fact]
    public async Task Of_more_used_tickets_than_there_is_room_for_the_oldest_is_forgotten()
    {
        var store = (InMemoryPresenceStore)Store;
        var (first, second) = (World.NewConnection(Guid.NewGuid()), World.NewConnection(Guid.NewGuid()));
        foreach (var connection in new[] { first, second })
        {
            await store.Open(connection, 1, 2);
            await store.Close(connection.Id);
        }

        for (var i = 1; i < InMemoryPresenceStore.MaxClosed; i++)
        {
            var connection = World.NewConnection(first.UserId);
            await store.Open(connection, 1, 2);
            await store.Close(connection.Id);
        }

        Assert.True((await store.Open(second, 1, 2)).TicketUsed);
        Assert.Equal(InMemoryPresenceStore.MaxClosed, store.Closed);
        Assert.False((await store.Open(first, 1, 2)).TicketUsed);
    }
}
