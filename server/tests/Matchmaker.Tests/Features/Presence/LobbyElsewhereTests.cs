using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Presence;

/// <summary>Whom an instance shows of another's people, and for how long after it should not.</summary>
[Trait("Category", "Postgres")]
public sealed class LobbyElsewhereTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task Who_took_it_back_through_another_tab_unheard_is_gone_after_a_look()
    {
        var a = await One.Enter();
        var tab = await Two.Connect(a);
        await One.Presence.SetAvailable(a.Card, true);
        await Refreshed(One.Get<LobbyElsewhere>());
        Cut();
        await Two.Presence.SetAvailable(tab.Card, false);
        Assert.True(Sees(One, a));

        await One.Get<LobbyElsewhere>().CatchUp();

        Assert.False(Sees(One, a));
        Assert.False(One.Get<Lobby>().IsAvailable(a.Id));
    }

    [Fact]
    public async Task Nobody_here_is_taken_out_because_the_database_lost_its_unlogged_tables()
    {
        var a = await One.Enter();
        await One.Presence.SetAvailable(a.Card, true);
        await One.Database.Execute("truncate presence, connection, instance");

        await One.Get<LobbyElsewhere>().CatchUp();

        Assert.True(Sees(One, a));
        Assert.NotNull(await One.PresenceStore.AvailableSince(a.Id));
    }

    [Fact]
    public async Task Who_was_marked_when_the_rows_could_not_be_read_is_read_at_the_next_turn()
    {
        var (a, lobby) = (await One.Enter(), Two.Get<LobbyElsewhere>());
        await One.Presence.SetAvailable(a.Card, true);
        await Eventually.Holds(() => lobby.Marked == 1);
        Two.Get<FaultyAccountStore>().IsAway = true;
        await Assert.ThrowsAsync<TimeoutException>(lobby.Refresh);
        Two.Get<FaultyAccountStore>().IsAway = false;

        await lobby.Refresh();

        Assert.True(Sees(Two, a));
        Assert.Equal(0, lobby.Marked);
    }

    [Fact]
    public async Task What_changes_while_the_rows_are_read_is_not_undone_by_them()
    {
        var (a, b) = (await One.Enter(), await Two.Enter());
        var (lobby, store, gate) = (Two.Get<LobbyElsewhere>(), Two.Get<FaultyAccountStore>(), new TaskCompletionSource());
        await One.Presence.SetAvailable(a.Card, true);
        await Two.Presence.SetAvailable(b.Card, true);
        await Eventually.Holds(() => lobby.Marked == 2);
        store.Gate = gate.Task;
        var look = lobby.Refresh();
        await Eventually.Holds(() => store.UserLookups > 0);

        await One.Presence.SetAvailable(a.Card, false);
        await Two.Presence.SetAvailable(b.Card, false);
        await Eventually.Holds(() => lobby.Marked == 2);
        gate.SetResult();
        await look;

        Assert.False(Sees(Two, a));
        Assert.False(Sees(Two, b));
        Assert.Equal(2, lobby.Marked);
    }

    [Fact]
    public async Task What_is_heard_during_a_look_at_everybody_is_read_after_it()
    {
        var (a, lobby, store, gate) = (await One.Enter(), Two.Get<LobbyElsewhere>(), Two.Get<FaultyAccountStore>(), new TaskCompletionSource());
        Cut();
        await One.Presence.SetAvailable(a.Card, true);
        Join();
        store.Gate = gate.Task;
        var look = lobby.CatchUp();
        await Eventually.Holds(() => store.UserLookups > 0);

        await One.Presence.SetAvailable(a.Card, false);
        await Eventually.Holds(() => lobby.Marked == 1);
        var refresh = lobby.Refresh();
        gate.SetResult();
        await Task.WhenAll(look, refresh);

        Assert.False(Sees(Two, a));
        Assert.Equal(0, lobby.Marked);
    }

    [Fact]
    public async Task Looks_that_find_nothing_new_tell_nobody_and_read_the_cards_once()
    {
        var a = await One.Enter();
        await One.Presence.SetAvailable(a.Card, true);
        var (lobby, look) = (Two.Get<Lobby>(), Two.Get<LobbyElsewhere>());
        await Refreshed(look);
        Assert.Contains(lobby.Watch(Watch("watcher")).People, p => p.Id == a.Id);
        var lookups = Two.Get<FaultyAccountStore>().UserLookups;

        await look.CatchUp();
        await look.CatchUp();

        Assert.Empty(lobby.Changes(_ => true, Two.Time.GetUtcNow()));
        Assert.Equal(lookups + 1, Two.Get<FaultyAccountStore>().UserLookups);
    }

    [Fact]
    public async Task Whoever_watches_hears_of_people_here_while_the_rows_of_others_cannot_be_read()
    {
        var (a, b, watcher) = (await One.Enter(), await Two.Enter(), await Two.Enter());
        var (gate, store) = (new TaskCompletionSource(), Two.Get<FaultyAccountStore>());
        store.Gate = gate.Task;
        Two.Get<Lobby>().Watch(Watch(watcher.Connection.Id));
        using var worker = new LobbyWorker(
            Two.Get<Lobby>(), Two.Get<LobbyElsewhere>(), Two.Get<IOutbox>(), Two.Time, Two.Get<IOptions<PresenceOptions>>(),
            NullLogger<LobbyWorker>.Instance);
        await worker.StartAsync(CancellationToken.None);
        await One.Presence.SetAvailable(a.Card, true);
        await Eventually.Holds(() => store.UserLookups > 0);

        await Two.Presence.SetAvailable(b.Card, true);

        await Eventually.Holds(() => Two.Outbox.Told(watcher.Connection.Id, "lobbyChanged").OfType<LobbyChanged>()
            .Any(change => change.Added?.Any(p => p.Id == b.Id) == true));
        gate.SetResult();
        await Eventually.Holds(() => Sees(Two, a));
        await worker.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Who_was_in_a_call_with_somebody_here_is_shown_again_when_it_has_ended_here()
    {
        var ((a, b, callId), gate) = (await Call(), new TaskCompletionSource());
        (One.Get<AwayCallStore>().Gate, One.Get<IOptions<CallOptions>>().Value.EndPatience) = (gate.Task, TimeSpan.FromHours(1));
        await Refreshed(One.Get<LobbyElsewhere>());

        var ending = One.Ending.HangUp(a.Id, callId, EndReason.Hangup);
        await Refreshed(One.Get<LobbyElsewhere>());
        Assert.False(Sees(One, b));
        gate.SetResult();
        await ending;

        await Refreshed(One.Get<LobbyElsewhere>());
        Assert.True(Sees(One, b));
    }

    // What was told by now has come, and was read.
    private static async Task Refreshed(LobbyElsewhere lobby)
    {
        await Eventually.Holds(() => lobby.Marked > 0);
        while (lobby.Marked > 0)
        {
            await lobby.Refresh();
        }
    }

    private static LobbyWatch Watch(string connectionId) =>
        new(connectionId, Guid.NewGuid(), null, 100, new AvoidList());

    private static bool Sees(World world, Person person) => world.Get<Lobby>().Page(Watch("")).People.Any(p => p.Id == person.Id);
}
