using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Presence;

/// <summary>Tabs, logins and the lobby over two instances.</summary>
[Trait("Category", "Postgres")]
public sealed class PresenceElsewhereTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_third_tab_through_the_other_instance_replaces_the_oldest()
    {
        var a = await One.Enter();
        var second = await One.Connect(a);

        await Two.Connect(a);

        await Eventually.Holds(() => !IsOpen(One, a.Connection));
        Assert.True(a.Connection.Displaced);
        Assert.True(IsOpen(One, second));
    }

    [Fact]
    public async Task A_tab_that_comes_back_through_the_other_instance_takes_its_own_place()
    {
        var a = await One.Enter();
        var second = await One.Connect(a);

        await Two.Connect(a, a.Connection.Tab);

        await Eventually.Holds(() => !IsOpen(One, a.Connection));
        Assert.True(IsOpen(One, second));
    }

    [Fact]
    public async Task A_hub_ticket_played_again_elsewhere_does_not_make_its_connection_gone()
    {
        var a = await One.Enter();
        var again = new Connection(a.Connection.Id, a.Id, a.Connection.SessionId, a.Connection.Tab);

        Assert.NotNull(await Two.Presence.Open(again));
        await Two.Presence.Close(again);

        Assert.False(Two.Get<ConnectionManager>().HasLeft(a.Connection.Id));
        Assert.True(Two.Calls.IsElsewhere(a.Connection.Id));
        Assert.False(One.Calls.IsElsewhere(a.Connection.Id));
    }

    [Fact]
    public async Task A_hub_ticket_used_on_the_other_instance_gives_its_place_back()
    {
        var a = await One.Enter();
        var (used, unheard) = (World.NewConnection(a.Id, session: a.Connection.SessionId), World.NewConnection(a.Id, session: a.Connection.SessionId));
        Assert.Null(One.Get<ConnectionManager>().Reserve(used, isKept: false));
        Assert.Null(One.Get<ConnectionManager>().Reserve(unheard, isKept: false));

        Assert.Null(await Two.Presence.Open(used));
        await Eventually.Holds(() => One.Get<ConnectionManager>().Expected == 1);

        Cut();
        Assert.Null(await Two.Presence.Open(unheard));
        Assert.Equal(1, One.Get<ConnectionManager>().Expected); // until the ticket runs out
    }

    [Fact]
    public async Task A_replaced_tab_that_did_not_hear_it_finds_it_in_the_rows()
    {
        var (a, b) = (await One.Enter(), await One.Enter());
        var second = await One.Connect(a);
        Cut();
        await Two.Connect(a);
        await Two.Connect(b, b.Connection.Tab);
        Assert.True(IsOpen(One, a.Connection));

        Assert.Equal(
            [(a.Connection.Id, true), (b.Connection.Id, false)],
            (await One.PresenceStore.DisplacedOf([a.Connection.Id, b.Connection.Id, second.Id])).OrderByDescending(d => d.Replaced)
                .Select(d => (d.ConnectionId, d.Replaced)));
        await CatchUp(One);

        Assert.False(IsOpen(One, a.Connection));
        Assert.False(IsOpen(One, b.Connection));
        Assert.True(IsOpen(One, second));
    }

    [Fact]
    public async Task A_row_that_is_to_be_written_again_closes_no_connection()
    {
        var a = await One.Enter();
        var lease = One.Get<InstanceLease>();
        await One.PresenceStore.Close(a.Connection.Id);
        lease.MarkStale();

        await CatchUp(One);
        Assert.True(IsOpen(One, a.Connection));

        await lease.Confirm();
        await CatchUp(One);
        Assert.True(IsOpen(One, a.Connection));
        Assert.True(lease.IsWritten);
    }

    [Fact]
    public async Task A_login_that_ends_on_one_instance_is_over_on_the_other()
    {
        var a = await One.Enter();
        var ended = new List<Guid>();
        Two.Get<Matchmaker.Features.Accounts.Accounts>().SessionEnded += ended.Add;

        await One.Get<Matchmaker.Features.Accounts.Accounts>().Logout(a.Connection.SessionId);

        await Eventually.Holds(() => ended.Contains(a.Connection.SessionId));
    }

    [Fact]
    public async Task A_login_whose_end_was_not_heard_is_found_over_in_the_rows()
    {
        var (a, b) = (await One.Enter(), await One.Enter());
        var ended = new List<Guid>();
        One.Get<Matchmaker.Features.Accounts.Accounts>().SessionEnded += ended.Add;
        Cut();
        await Two.Get<Matchmaker.Features.Accounts.Accounts>().Logout(a.Connection.SessionId);
        Assert.Empty(ended);

        await CatchUp(One);

        Assert.Equal([a.Connection.SessionId], ended);
        Assert.True(IsOpen(One, b.Connection));
    }

    [Fact]
    public async Task A_changed_card_replaces_the_copies_on_the_other()
    {
        var a = await One.Enter();
        var accounts = Two.Get<Matchmaker.Features.Accounts.Accounts>();
        Assert.Equal("Ada", (await accounts.FindCard(a.Id))!.Name);

        await One.Get<Matchmaker.Features.Accounts.Accounts>().Change(a.Id, new ProfileRequest("Bea"));

        await Eventually.Holds(() => Two.Get<Matchmaker.Features.Accounts.Accounts>().FindCopy(a.Id) is null);
        Assert.Equal("Bea", (await accounts.FindCard(a.Id))!.Name);
    }

    [Fact]
    public async Task The_lobby_shows_people_of_the_other_instance_while_they_can_be_invited()
    {
        var (a, watcher) = (await One.Enter(), await Two.Enter());
        await One.Presence.SetAvailable(a.Card, true);
        await Shown(a, true);
        await One.Presence.SetAvailable(a.Card, false);
        await Shown(a, false);
        await One.Presence.SetAvailable(a.Card, true);
        await Shown(a, true);

        var callId = (await StartCall(a, watcher)).CallId;
        await Shown(a, false);
        await One.Ending.HangUp(a.Id, callId, EndReason.Hangup);
        await Shown(a, true);

        await One.Presence.Close(a.Connection);
        await Shown(a, false);
        var again = await One.Connect(a);
        await One.Presence.IsAvailable(again.Card);
        await Shown(a, true);
    }

    [Fact]
    public async Task A_look_at_everybody_repairs_the_lobby()
    {
        var (a, b) = (await One.Enter(), await One.Enter());
        Cut();
        await One.Presence.SetAvailable(a.Card, true);
        await CatchUp(Two);
        Assert.True(Sees(Two, a.Id));

        await One.Presence.SetAvailable(a.Card, false);
        await One.Presence.SetAvailable(b.Card, true);
        await CatchUp(Two);
        Assert.False(Sees(Two, a.Id));
        Assert.True(Sees(Two, b.Id));
    }

    [Fact]
    public async Task Somebody_whose_last_tab_here_closes_is_still_shown_while_another_is_open_elsewhere()
    {
        var a = await One.Enter();
        await One.Presence.SetAvailable(a.Card, true);
        await Two.Connect(a);

        await One.Presence.Close(a.Connection);

        await Eventually.Holds(() => SeesNow(One, a.Id));
    }

    private async Task<CallPair> StartCall(Person a, Person b)
    {
        var pair = World.Pair(a, b);
        Assert.Equal(StartOutcome.Started, (await One.Calls.Start([pair], null, CallOrigin.Invite))[0].Outcome);
        return pair;
    }

    private Task Shown(Person person, bool expected) => Eventually.Holds(async () => await SeesNow(Two, person.Id) == expected);

    private static async Task<bool> SeesNow(World world, Guid id)
    {
        await world.Get<LobbyElsewhere>().Refresh();
        return Sees(world, id);
    }

    private static bool Sees(World world, Guid id) =>
        world.Get<Lobby>().Page(new LobbyWatch("", Guid.NewGuid(), null, 100, new AvoidList())).People.Any(p => p.Id == id);

    private static bool IsOpen(World world, Connection connection) => world.Get<ConnectionManager>().IsOpen(connection.Id);
}
