using Matchmaker.Features.Accounts;
using Matchmaker.Features.Presence;
using Matchmaker.Features.Safety;
using Microsoft.Extensions.Options;
using static Matchmaker.Tests.Features.Matching.TestTickets;

namespace Matchmaker.Tests.Features.Presence;

public class LobbyTests
{
    private readonly Lobby _lobby = new(Options.Create(new PresenceOptions { LobbyCapacity = 100 }));

    [Fact]
    public void Shown_are_those_available_connected_and_in_no_call_the_longest_first()
    {
        Come(1, since: 30);
        Come(2, since: 10);
        Come(3, since: 20);
        _lobby.SetAvailable(Of(4), Noon); // not connected
        Come(5);
        _lobby.SetInCall(User(5), Guid.NewGuid(), true);

        var snapshot = _lobby.Watch(WatchOf(9));

        Assert.Equal([User(2), User(3), User(1)], snapshot.People.Select(p => p.Id));
        Assert.Equal((1, 3), (snapshot.Version, snapshot.Total));
    }

    [Fact]
    public void Every_change_has_the_next_version_and_says_only_what_changed()
    {
        Come(1);
        _lobby.Watch(WatchOf(9));

        Come(2);
        var added = Change();
        Assert.Equal((2, 2), (added!.Version, added.Total));
        Assert.Equal([User(2)], added.Added!.Select(p => p.Id));
        Assert.Null(added.Changed);
        Assert.Null(added.Removed);

        _lobby.Update(Of(1) with { Name = "Grace" });
        var changed = Change();
        Assert.Equal((3, "Grace"), (changed!.Version, Assert.Single(changed.Changed!).Name));
        Assert.Null(changed.Added);

        _lobby.SetConnected(User(2), false);
        var removed = Change();
        Assert.Equal((4, 1), (removed!.Version, removed.Total));
        Assert.Equal([User(2)], removed.Removed!);
        Assert.Null(Change());
    }

    [Fact]
    public void What_came_and_went_between_two_looks_is_not_told()
    {
        _lobby.Watch(WatchOf(9));
        Come(1);
        _lobby.SetConnected(User(1), false);

        Assert.Null(Change());
        Come(2);
        Assert.Equal(2, Change()!.Version); // the version grows with what was told
    }

    [Fact]
    public void A_call_hides_somebody_for_as_long_as_it_lasts()
    {
        Come(1);
        _lobby.Watch(WatchOf(9));

        var (call, next) = (Guid.NewGuid(), Guid.NewGuid());
        _lobby.SetInCall(User(1), call, true);
        Assert.Equal([User(1)], Change()!.Removed!);
        _lobby.SetInCall(User(1), next, true);
        _lobby.SetInCall(User(1), call, false);
        Assert.Null(Change());
        _lobby.SetInCall(User(1), next, false);
        Assert.Equal([User(1)], Change()!.Added!.Select(p => p.Id));
    }

    [Fact]
    public void A_watcher_does_not_see_themselves_nor_genders_they_do_not_look_for()
    {
        Come(9);
        Come(1, gender: Gender.Female);
        Come(2, gender: Gender.Male);

        var snapshot = _lobby.Watch(WatchOf(9, genders: [Gender.Male]));

        Assert.Equal([User(2)], snapshot.People.Select(p => p.Id));
        Assert.Equal(1, snapshot.Total);
    }

    [Fact]
    public void Who_looks_for_some_genders_sees_them_in_the_order_of_all()
    {
        Gender[] order = [Gender.Male, Gender.Female, Gender.Nonbinary, Gender.Female, Gender.Male, Gender.Unspecified];
        for (var user = 0; user < order.Length; user++)
        {
            Come(user + 1, since: user, gender: order[user]);
        }

        var snapshot = _lobby.Watch(WatchOf(9, genders: [Gender.Female, Gender.Nonbinary, Gender.Unspecified, Gender.Female]));
        Assert.Equal([User(2), User(3), User(4), User(6)], snapshot.People.Select(p => p.Id));
        Assert.Equal(4, snapshot.Total);
        _lobby.Update(Of(2, Gender.Male));

        var change = Change()!;
        Assert.Equal((3, User(2)), (change.Total, Assert.Single(change.Removed!)));
        Assert.Equal(3, _lobby.Watch(WatchOf(9, genders: [Gender.Male])).Total);
    }

    [Fact]
    public void A_window_moves_up_when_somebody_in_it_goes()
    {
        for (var user = 1; user <= 4; user++)
        {
            Come(user, since: user);
        }

        var snapshot = _lobby.Watch(WatchOf(9, limit: 2));
        Assert.Equal(4, snapshot.Total);
        Assert.Equal([User(1), User(2)], snapshot.People.Select(p => p.Id));
        _lobby.SetConnected(User(1), false);

        var change = Change();
        Assert.Equal([User(3)], change!.Added!.Select(p => p.Id));
        Assert.Equal([User(1)], change.Removed!);
        Assert.Equal(3, change.Total);
    }

    [Fact]
    public void A_new_total_by_itself_is_told_at_most_every_two_seconds()
    {
        Come(1, since: 1);
        _lobby.Watch(WatchOf(9, limit: 1));
        Come(2, since: 2);
        Assert.Equal(2, Change(Noon)!.Total);

        Come(3, since: 3);
        Assert.Null(Change(Noon.AddSeconds(1.9)));
        var change = Change(Noon.AddSeconds(2));
        Assert.Equal((3, 3), (change!.Version, change.Total));
        Assert.Null(change.Added);
    }

    [Fact]
    public void Who_has_something_to_read_still_hears_all_changes_merged_later()
    {
        _lobby.Watch(WatchOf(9));
        Come(1);
        Assert.Empty(_lobby.Changes(_ => false, Noon));
        Come(2);

        var change = Change();

        Assert.Equal(2, change!.Version);
        Assert.Equal(2, change.Added!.Count);
    }

    [Fact]
    public void A_block_hides_the_two_from_each_other_and_a_cooldown_only_says_until_when()
    {
        Come(1);
        Come(2);
        _lobby.Watch(WatchOf(1));
        _lobby.Avoid(User(1), User(2), Noon.AddHours(1));
        Assert.Equal(Noon.AddHours(1), Assert.Single(Change()!.Changed!).CooldownUntil);

        _lobby.Avoid(User(2), User(1), until: null);

        Assert.Equal([User(2)], Change()!.Removed!);
    }

    [Fact]
    public void The_cooldown_of_a_call_that_a_block_ended_does_not_show_the_blocked_again()
    {
        Come(1);
        Come(2);
        _lobby.Watch(WatchOf(1));
        _lobby.Avoid(User(1), User(2), until: null);
        Assert.Equal([User(2)], Change()!.Removed!);

        _lobby.Avoid(User(1), User(2), Noon.AddHours(24));

        Assert.Null(Change());
    }

    [Fact]
    public void A_cooldown_that_is_told_is_only_ever_extended()
    {
        Come(1);
        Come(2);
        _lobby.Watch(WatchOf(1));
        _lobby.Avoid(User(1), User(2), Noon.AddHours(24));
        _lobby.Avoid(User(1), User(2), Noon.AddMinutes(5));

        Assert.Equal(Noon.AddHours(24), Assert.Single(Change()!.Changed!).CooldownUntil);
    }

    [Fact]
    public void Whom_a_watcher_must_not_meet_is_not_there_from_the_start()
    {
        Come(1);
        Come(2);

        var page = _lobby.Page(new LobbyWatch("", User(9), null, 50, new AvoidList([new(User(1), null), new(User(2), Noon)])));

        Assert.Equal((1, Noon), (page.Total, Assert.Single(page.People).CooldownUntil));
        Assert.Equal(0, _lobby.Watches);
    }

    [Fact]
    public void At_capacity_nobody_new_is_listed_until_somebody_goes()
    {
        for (var user = 1; user <= 101; user++)
        {
            Come(user);
        }

        Assert.False(_lobby.IsAvailable(User(101)));
        Assert.Equal((100, 1), (_lobby.People, _lobby.NotListed));
        Assert.Equal(100, _lobby.Watch(WatchOf(999, limit: 100)).Total);
        _lobby.SetAvailable(Of(1), null);
        Come(101);
        Assert.True(_lobby.IsAvailable(User(101)));
    }

    [Fact]
    public void One_connection_has_one_watch()
    {
        _lobby.Watch(WatchOf(9));
        _lobby.Watch(WatchOf(9));
        Assert.Equal(1, _lobby.Watches);
        Come(1);
        Assert.Single(_lobby.Changes(_ => true, Noon));

        _lobby.Unwatch("connection-9");
        _lobby.Unwatch("connection-9");
        Assert.Equal(0, _lobby.Watches);
        Come(2);
        Assert.Empty(_lobby.Changes(_ => true, Noon));
    }

    [Fact]
    public void Somebody_gone_for_longer_than_the_grace_is_forgotten()
    {
        Come(1);
        Come(2);
        _lobby.SetConnected(User(1), false);
        var grace = TimeSpan.FromSeconds(30);

        _lobby.ForgetLost(grace, Noon);
        _lobby.ForgetLost(grace, Noon.AddSeconds(30));
        Assert.True(_lobby.IsAvailable(User(1)));
        _lobby.ForgetLost(grace, Noon.AddSeconds(31));

        Assert.False(_lobby.IsAvailable(User(1)));
        Assert.True(_lobby.IsAvailable(User(2)));
        Assert.Equal([User(2)], _lobby.AvailableHere().Select(a => a.UserId));
    }

    [Fact]
    public void Coming_back_in_time_stops_the_clock()
    {
        Come(1);
        _lobby.SetConnected(User(1), false);
        var grace = TimeSpan.FromSeconds(30);
        _lobby.ForgetLost(grace, Noon);
        _lobby.SetConnected(User(1), true);
        _lobby.SetConnected(User(1), false);

        _lobby.ForgetLost(grace, Noon.AddSeconds(31));
        Assert.True(_lobby.IsAvailable(User(1)));
    }

    private static Card Of(int user, Gender gender = Gender.Unspecified) => new(User(user), "Ada", gender, [], []);

    private static LobbyWatch WatchOf(int user, int limit = 50, IReadOnlyList<Gender>? genders = null) =>
        new($"connection-{user}", User(user), genders, limit, new AvoidList());

    private void Come(int user, int since = 0, Gender gender = Gender.Unspecified)
    {
        _lobby.SetConnected(User(user), true);
        _lobby.SetAvailable(Of(user, gender), Noon.AddSeconds(since));
    }

    private LobbyChanged? Change(DateTimeOffset? now = null) =>
        _lobby.Changes(_ => true, now ?? Noon) is [var (_, change)] ? change : null;
}
