using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Features.Matching;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Safety;

/// <summary>Measures over two instances that hear nothing of each other: the rows tell, and nothing else.</summary>
[Trait("Category", "Postgres")]
public sealed class MeasuresElsewhereTests(TestDatabase database) : TwoInstances(database), IClassFixture<TestDatabase>
{
    private readonly Guid _admin = Guid.NewGuid();

    [Fact]
    public async Task A_ban_closes_the_tabs_on_both_instances()
    {
        var a = await One.Enter();
        var second = await Two.Connect(a);
        Cut();

        await Take(One, a);
        Assert.Single(One.Outbox.Told(a.Connection.Id, "banned"));
        await Watch(Two);
        await Watch(Two);

        Assert.Single(Two.Outbox.Told(second.Id, "banned"));
        Assert.Equal("banned", (await Two.Presence.Open(World.NewConnection(a.Id, session: a.Connection.SessionId)))?.Code);
    }

    [Fact]
    public async Task A_call_over_two_instances_ends_once_for_both_and_both_hear_why()
    {
        var (a, b, _) = await Call();

        await Take(One, a);
        await Watch(Two);

        await Ended(One, a);
        await Ended(Two, b);
        await Settled(One);
        await Settled(Two);
        Assert.Single(One.Outbox.Told(a.Id.ToString(), "callEnded"));
        Assert.Single(Two.Outbox.Told(b.Id.ToString(), "callEnded"));
    }

    [Fact]
    public async Task When_the_one_who_decided_dies_right_after_the_others_carry_it_out()
    {
        var (a, b, callId) = await Call();
        Cut();

        // Committed by an instance that does nothing more.
        await One.Get<IMeasureStore>().Take(Ban(b.Id));
        await Watch(Two);

        await Ended(Two, b);
        Assert.Single(Two.Outbox.Told(b.Connection.Id, "banned"));
        Assert.Null(await One.CallStore.FindActive(a.Id));
        // And the partner on the other instance hears it when that one looks.
        await Watch(One);
        await Ended(One, a);
        Assert.Equal(callId, One.Outbox.Told(a.Id.ToString(), "callEnded").Cast<CallEnded>().Single().CallId);
    }

    [Fact]
    public async Task Whoever_is_held_elsewhere_leaves_the_queue_here()
    {
        var (a, b) = (await Two.Enter(), await Two.Enter());
        await Two.Presence.SetAvailable(a.Card, true);
        Assert.Null((await Two.Queue.Join(a.Connection, null)).No);
        var invite = (await Two.Invites.Invite(b.Connection, a.Id, 300)).Value!.InviteId;
        Cut();

        await One.Get<Measures>().Take(Ban(a.Id) with { Kind = MeasureKind.Hold });
        Assert.Null(await Two.MatchStore.Find(a.Id));
        Assert.NotNull(Two.Queue.Find(a.Id)); // has not heard of it
        await Watch(Two);

        Assert.Null(Two.Queue.Find(a.Id));
        Assert.Equal(InviteOutcome.Unavailable, (await Two.InviteStore.Find(invite))!.Outcome);
        Assert.Null(await Two.PresenceStore.AvailableSince(a.Id));
        Assert.Single(Two.Outbox.Told(a.Id.ToString(), "standingChanged"));
        Assert.Equal("held", (await Two.Queue.Join(a.Connection, null)).No?.Code);
    }

    [Fact]
    public async Task A_lifted_ban_lets_its_user_in_on_an_instance_that_has_not_heard_of_it()
    {
        var a = await Two.Enter();
        var ban = Ban(a.Id);
        Assert.Null((await Two.Get<Measures>().Take(ban)).No);
        await Two.Presence.Close(a.Connection);
        Cut();

        await One.Get<Measures>().Lift(ban.MeasureId, _admin, "Fine.");

        Assert.Null(await Two.Presence.Open(World.NewConnection(a.Id, session: a.Connection.SessionId)));
        await Watch(Two);
        Assert.False(Two.Get<Measures>().Known(a.Id)!.IsBarred);
    }

    [Fact]
    public async Task A_login_that_is_known_here_does_not_outlive_a_ban()
    {
        var accounts = Two.Get<Matchmaker.Features.Accounts.Accounts>();
        var token = (await accounts.SignUpGuest(new GuestRequest("Ada", Gender.Female, true))).Value!;
        Assert.Null((await accounts.FindSession(token.Token))!.Mark);
        await Take(One, token.User.Id);
        Assert.Null((await accounts.FindSession(token.Token))!.Mark); // a copy

        await Watch(Two);

        Assert.Equal(Mark.Ban, (await accounts.FindSession(token.Token))!.Mark);
    }

    [Fact]
    public async Task While_the_database_is_away_only_who_is_known_not_to_be_barred_comes_in()
    {
        var (free, banned, held) = (await Two.Enter(), await Two.Enter(), await Two.Enter());
        var unknown = await One.Enter();
        await Take(One, banned);
        Assert.Null((await One.Get<Measures>().Take(Ban(held.Id) with { Kind = MeasureKind.Hold })).No);
        await Watch(Two);
        Two.Get<FaultyAccountStore>().IsAway = true;

        foreach (var (person, code) in new[] { (free, null), (banned, "unavailable"), (held, "unavailable"), (unknown, "unavailable") })
        {
            Assert.Equal(code, (await Two.Presence.Open(World.NewConnection(person.Id, session: person.Connection.SessionId)))?.Code);
        }

        Two.Get<FaultyAccountStore>().IsAway = false;
        await Two.Get<InstanceLease>().Confirm();
    }

    [Fact]
    public async Task What_was_done_while_this_one_could_not_ask_it_asks_for_afterwards()
    {
        var people = await Two.Enter(3);
        await Watch(Two);
        foreach (var person in people)
        {
            await Take(One, person);
        }

        // Longer ago than two looks overlap.
        await One.Database.Execute(
            "update measure set changed_at = changed_at - interval '9 s' where user_id = any (@Users)", new { Users = people.Select(p => p.Id).ToArray() });
        await Watch(Two);

        Assert.All(people, p => Assert.Single(Two.Outbox.Told(p.Connection.Id, "banned")));
    }

    [Fact]
    public async Task An_address_that_is_banned_elsewhere_is_closed_and_kept_out_here_and_let_in_again()
    {
        var keys = await Two.Get<ClientKeys>().Of(System.Net.IPAddress.Parse("198.51.100.7"));
        var (there, elsewhere) = (await Two.Enter(), await Two.Enter());
        there.Connection.From = keys;
        elsewhere.Connection.From = await Two.Get<ClientKeys>().Of(System.Net.IPAddress.Parse("198.51.101.7"));
        await Watch(Two);
        Cut();

        var scope = (await One.Get<AddressBans>().Read("198.51.100.0/24")).Value;
        var ban = new NewAddressBan(Guid.NewGuid(), scope.Scope, scope.Key, "198.51.100.0/24", Reason.Spam, "Too much.", TimeSpan.FromHours(1), _admin);
        Assert.Null((await One.Get<AddressBans>().Take(ban)).No);
        await Watch(Two);

        var told = Assert.IsType<Banned>(Assert.Single(Two.Outbox.Told(there.Connection.Id, "banned")));
        Assert.Equal(("Too much.", false), (told.Text, told.Appealable));
        Assert.Empty(Two.Outbox.Told(elsewhere.Connection.Id, "banned"));
        Assert.Equal("banned", (await ComeFrom(keys))?.Code);
        Assert.Equal("banned", (await Two.Get<Matchmaker.Features.Accounts.Accounts>().SignUpGuest(new GuestRequest("Ada", Gender.Female, true), keys)).No?.Code);

        Assert.Null((await One.Get<AddressBans>().Lift(ban.BanId, _admin, "A school.")).No);
        await Watch(Two);
        Assert.Null(await ComeFrom(keys));

        async Task<Matchmaker.Platform.Refusals.Refusal?> ComeFrom(AddressKeys from) => await Two.Presence.Open(Coming(there, from));
    }

    private static Connection Coming(Person person, AddressKeys from)
    {
        var connection = World.NewConnection(person.Id, session: person.Connection.SessionId);
        connection.From = from;
        return connection;
    }

    private static async Task Ended(World world, Person person)
    {
        await Eventually.Holds(() => world.Outbox.Told(person.Id.ToString(), "callEnded").Count > 0, "callEnded was not told");
        Assert.Equal(EndReason.Banned, world.Outbox.Told(person.Id.ToString(), "callEnded").Cast<CallEnded>().Single().Reason);
    }

    private static Task Watch(World world) => world.Get<MeasureWatch>().Look();

    private Task Take(World world, Person person) => Take(world, person.Id);

    private async Task Take(World world, Guid userId) => Assert.Null((await world.Get<Measures>().Take(Ban(userId))).No);

    private NewMeasure Ban(Guid userId) => new(Guid.NewGuid(), userId, MeasureKind.Ban, Reason.Hate, "Because.", null, null, _admin);
}
