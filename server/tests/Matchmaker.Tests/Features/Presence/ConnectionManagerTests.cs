using System.Collections.Concurrent;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Features.Presence;

public sealed class ConnectionManagerTests
{
    private readonly FakeTime _time = new();
    private readonly PresenceOptions _options = new() { MaxConnections = 2 };
    private readonly ConnectionManager _connections;

    public ConnectionManagerTests() => _connections = With(new AloneCarrier());

    [Fact]
    public void At_the_limit_a_new_one_is_refused_and_counted_and_a_tab_may_come_back()
    {
        var (one, two) = (Somebody("tab-of-one"), Somebody());
        Assert.Null(Enter(one));
        Assert.Null(Enter(two));

        Assert.Equal(PresenceRefusals.ServerFull, Reserve(Somebody()));
        Assert.Equal(PresenceRefusals.ServerFull, Enter(Somebody()));
        Assert.Equal((2, 2), (_connections.Count, _connections.Refused));
        Assert.Null(Reserve(World.NewConnection(one.UserId, "tab-of-one")));
        Assert.Null(Enter(World.NewConnection(one.UserId, "tab-of-one")));

        Assert.True(_connections.Leave(one));
        Assert.True(_connections.Leave(two));
        Assert.Equal(PresenceRefusals.ServerFull, Enter(Somebody())); // the place of the tab's first ticket is still kept
        _time.Advance(_options.HubTicketLifetime);
        Assert.Null(Enter(Somebody()));
    }

    [Fact]
    public async Task Who_left_is_remembered_where_they_could_be_taken_for_somebody_elsewhere()
    {
        await using var carrier = new LoopbackCarrier(new ConcurrentDictionary<string, LoopbackCarrier>(), "one");
        var left = World.NewConnection(Guid.NewGuid());

        foreach (var (connections, remembered) in new[] { (_connections, 0), (With(carrier), 1) })
        {
            Assert.Null(connections.Enter(left, isKept: false, out _));
            Assert.True(connections.Leave(left));
            Assert.Equal((remembered, remembered == 1), (connections.Left, connections.HasLeft(left.Id)));
        }
    }

    [Fact]
    public void A_tab_that_takes_the_place_of_the_users_oldest_gets_in_at_the_limit_and_a_second_one_does_not()
    {
        var one = Somebody();
        Assert.Null(Enter(one));
        Assert.Null(Enter(Somebody()));
        Assert.Equal(PresenceRefusals.ServerFull, Reserve(World.NewConnection(one.UserId))); // they would be three

        _options.MaxConnections = 3;
        Assert.Null(Enter(World.NewConnection(one.UserId)));

        Assert.Null(Reserve(World.NewConnection(one.UserId)));
        Assert.Null(Enter(World.NewConnection(one.UserId)));
    }

    [Fact]
    public void Whoever_has_something_to_come_back_to_gets_in_at_the_limit()
    {
        Assert.Null(Enter(Somebody()));
        Assert.Null(Enter(Somebody()));

        Assert.Null(_connections.Reserve(Somebody(), isKept: true));
        Assert.Null(_connections.Enter(Somebody(), isKept: true, out _));
    }

    [Fact]
    public void A_place_is_kept_for_a_hub_ticket_until_it_is_used()
    {
        var (one, two) = (Somebody(), Somebody());
        Assert.Null(Reserve(one));
        Assert.Null(Reserve(two));
        Assert.Equal((0, 2), (_connections.Count, _connections.Expected));

        Assert.Equal(PresenceRefusals.ServerFull, Reserve(Somebody()));
        Assert.Equal(PresenceRefusals.ServerFull, Enter(Somebody())); // with a ticket of another instance
        Assert.Null(_connections.Enter(one, isKept: false, out var wasExpected));

        Assert.True(wasExpected);
        Assert.Equal((1, 1), (_connections.Count, _connections.Expected));
        Assert.Null(Enter(two));
        Assert.Equal((2, 0), (_connections.Count, _connections.Expected));
        Assert.Equal(PresenceRefusals.InvalidHubTicket, Enter(two));
        Assert.Equal((2, 0), (_connections.Count, _connections.Expected));
    }

    [Fact]
    public void A_hub_ticket_that_runs_out_gives_its_place_back()
    {
        Assert.Null(Reserve(Somebody()));
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(Reserve(Somebody()));

        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.Equal(PresenceRefusals.ServerFull, Reserve(Somebody()));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _connections.Expected);
        Assert.Null(Reserve(Somebody()));
        _time.Advance(_options.HubTicketLifetime);
        Assert.Equal(0, _connections.Expected);
    }

    [Fact]
    public void A_hub_ticket_that_was_not_given_out_or_used_elsewhere_gives_its_place_back()
    {
        var one = Somebody();
        Assert.Null(Reserve(one));
        Assert.Null(Reserve(Somebody()));

        _connections.GiveBack(one.Id);
        _connections.GiveBack(one.Id);

        Assert.Equal(1, _connections.Expected);
        Assert.Null(Enter(one)); // there is room
        Assert.Equal(PresenceRefusals.ServerFull, Enter(Somebody()));
    }

    [Fact]
    public void Nobody_fills_a_server_by_asking_for_hub_tickets()
    {
        _options.MaxConnections = 10;
        var (user, first) = (Guid.NewGuid(), World.NewConnection(Guid.NewGuid(), "the-same-tab"));
        for (var i = 0; i < 100; i++)
        {
            Assert.Null(Reserve(World.NewConnection(user)));
            Assert.Null(Reserve(World.NewConnection(first.UserId, "the-same-tab")));
        }

        Assert.Equal(3, _connections.Expected);
        for (var i = 3; i < 10; i++)
        {
            Assert.Null(Reserve(Somebody()));
        }

        Assert.Null(Reserve(World.NewConnection(user))); // for one of theirs
        Assert.Equal(PresenceRefusals.ServerFull, Reserve(Somebody()));
        Assert.Equal(10, _connections.Expected);
    }

    [Fact]
    public async Task Of_many_at_once_exactly_as_many_as_there_are_places_are_served_and_none_is_lost()
    {
        _options.MaxConnections = 100;
        for (var round = 0; round < 10; round++)
        {
            var all = Enumerable.Range(0, 400).Select(_ => Somebody()).ToList();
            var served = await Race.Of([.. all.Select((connection, i) => (Func<Task<bool>>)(() => Task.FromResult(
                (i % 2 == 0 || Reserve(connection) is null) && Enter(connection) is null)))]);

            Assert.Equal(100, served.Count(s => s));
            Assert.Equal((100, 0), (_connections.Count, _connections.Expected));
            Assert.Equal(100, all.Count(c => _connections.Leave(c)));
            Assert.Equal((0, 0), (_connections.Count, _connections.Users));
        }
    }

    private static Connection Somebody(string? tab = null) => World.NewConnection(Guid.NewGuid(), tab);

    private Matchmaker.Platform.Refusals.Refusal? Reserve(Connection connection) => _connections.Reserve(connection, isKept: false);

    private Matchmaker.Platform.Refusals.Refusal? Enter(Connection connection) => _connections.Enter(connection, isKept: false, out _);

    private ConnectionManager With(ICarrier carrier) => new(Options.Create(_options), carrier, _time);
}
