using System.Security.Cryptography;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Admin;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Refusals;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Admin;

/// <summary>What every store of the console's accounts promises.</summary>
public abstract class AdminStoreContractTests
{
    private protected static readonly AdminOptions Options = new() { FreeAttempts = 3 };
    private readonly byte[] _home = Key();
    private readonly byte[] _account = Key();

    private protected abstract IAdminStore Store { get; }

    private protected abstract IAuditStore Audit { get; }

    /// <summary>Lets this time go by for sessions and attempts.</summary>
    private protected abstract Task Pass(TimeSpan time);

    [Fact]
    public async Task An_account_is_found_by_its_address_which_is_taken_from_then_on()
    {
        var ada = NewAdmin(AdminRole.Senior);

        var created = await Store.Create(ada, actor: null);

        Assert.Equal((ada.AdminId, ada.Email, ada.Name, AdminRole.Senior), (created!.AdminId, created.Email, created.Name, created.Role));
        Assert.Null(created.DisabledAt ?? created.SignedInAt);
        Assert.Equal(created, await Store.Find(ada.Email));
        Assert.Null(await Store.Find("nobody@example.org"));
        Assert.Null(await Store.Create(NewAdmin() with { Email = ada.Email }, actor: null));
        Assert.Contains(created, await Store.List());
        Assert.Equal(["admin.create"], await Told(ada.AdminId));
    }

    [Fact]
    public async Task A_sign_in_makes_a_session_that_its_token_alone_finds()
    {
        var ada = await Create();
        var session = NewSession();

        Assert.True(await Store.SignIn(ada.AdminId, 7, _account, session));

        var login = await Store.FindSession(session.TokenHash);
        Assert.Equal((ada.AdminId, session.SessionId), (login!.AdminId, login.SessionId));
        Assert.NotNull(login.Account.SignedInAt);
        Assert.Null(await Store.FindSession(Key()));
        var listed = Assert.Single(await Store.Sessions(ada.AdminId));
        Assert.Equal((session.SessionId, "Firefox", login.ExpiresAt), (listed.SessionId, listed.Browser, listed.ExpiresAt));
        Assert.Equal(session.NetworkKey, listed.NetworkKey);
        // Two looks at one clock.
        Assert.InRange(listed.ExpiresAt - listed.CreatedAt, Options.SessionLifetime, Options.SessionLifetime + TimeSpan.FromSeconds(1));
        Assert.Equal(["admin.sign_in", "admin.create"], await Told(ada.AdminId));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(7, false)]
    [InlineData(6, false)]
    public async Task A_code_is_good_once_and_so_is_none_before_it(long step, bool good)
    {
        var ada = await Create();
        await Store.SignIn(ada.AdminId, 7, _account, NewSession());

        Assert.Equal(good, await Store.SignIn(ada.AdminId, step, _account, NewSession()));
        Assert.Equal(good ? 2 : 1, (await Store.Sessions(ada.AdminId)).Count);
        Assert.Equal(good ? 8 : 7, (await Store.FindKey(ada.AdminId))!.LastStep);
    }

    [Fact]
    public async Task Of_many_who_use_one_code_at_once_one_gets_in()
    {
        var ada = await Create();

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Store.SignIn(ada.AdminId, 7, _account, NewSession()))));

        Assert.Single(all, signedIn => signedIn);
        Assert.Single(await Store.Sessions(ada.AdminId));
    }

    [Fact]
    public async Task Of_too_many_sessions_the_oldest_ends()
    {
        var ada = await Create();
        var sessions = Enumerable.Range(0, AdminLogins.MaxSessions + 1).Select(_ => NewSession()).ToList();
        for (var i = 0; i < sessions.Count; i++)
        {
            Assert.True(await Store.SignIn(ada.AdminId, i + 1, _account, sessions[i]));
        }

        Assert.Null(await Store.FindSession(sessions[0].TokenHash));
        Assert.Equal(sessions.Skip(1).Reverse().Select(s => s.SessionId), (await Store.Sessions(ada.AdminId)).Select(s => s.SessionId));
    }

    [Fact]
    public async Task An_ended_session_is_found_no_more_and_nobody_ends_one_of_somebody_else()
    {
        var (ada, bob) = (await Create(), await Create());
        var session = NewSession();
        await Store.SignIn(ada.AdminId, 7, _account, session);

        await Store.EndSession(bob.AdminId, session.SessionId);
        Assert.Equal([session.SessionId], await Store.Live([session.SessionId, Guid.NewGuid()]));

        await Store.EndSession(ada.AdminId, session.SessionId);
        await Store.EndSession(ada.AdminId, session.SessionId);
        Assert.Null(await Store.FindSession(session.TokenHash));
        Assert.Empty(await Store.Live([session.SessionId]));
        Assert.Equal(["admin.session_end", "admin.sign_in", "admin.create"], await Told(ada.AdminId));
        Assert.Equal(["admin.create"], await Told(bob.AdminId));
    }

    [Fact]
    public async Task A_session_ends_after_an_hour_without_a_request()
    {
        var ada = await Create();
        var (busy, idle) = (NewSession(), NewSession());
        await Store.SignIn(ada.AdminId, 7, _account, busy);
        await Store.SignIn(ada.AdminId, 8, _account, idle);

        await Pass(TimeSpan.FromMinutes(40));
        Assert.NotNull(await Store.FindSession(busy.TokenHash)); // seen
        await Pass(TimeSpan.FromMinutes(40));

        Assert.Equal([busy.SessionId], await Store.Live([busy.SessionId, idle.SessionId]));
        Assert.NotNull(await Store.FindSession(busy.TokenHash));
        Assert.Null(await Store.FindSession(idle.TokenHash));
        Assert.Single(await Store.Sessions(ada.AdminId));
    }

    [Fact]
    public async Task A_session_ends_after_twelve_hours_and_is_swept()
    {
        var ada = await Create();
        var session = NewSession();
        await Store.SignIn(ada.AdminId, 7, _account, session);
        for (var i = 0; i < 24; i++)
        {
            await Pass(TimeSpan.FromMinutes(30));
            await Store.FindSession(session.TokenHash);
        }

        await Pass(TimeSpan.FromSeconds(1));
        Assert.Null(await Store.FindSession(session.TokenHash));
        Assert.Equal(1, await Store.CountExpired(10));
        Assert.Equal(1, await Store.DeleteExpired(10));
        Assert.Equal(0, await Store.DeleteExpired(10));
    }

    [Fact]
    public async Task A_disabled_account_has_no_key_no_session_and_cannot_sign_in_until_it_is_enabled()
    {
        var ada = await Create();
        var session = NewSession();
        await Store.SignIn(ada.AdminId, 7, _account, session);

        Assert.NotNull((await Store.Change(ada.AdminId, new AdminChange(Disabled: true), actor: null)).Value!.DisabledAt);

        Assert.Null(await Store.FindKey(ada.AdminId));
        Assert.Equal((null, false), await Store.FindKey(ada.Email, session.NetworkKey));
        Assert.Null(await Store.FindSession(session.TokenHash));
        Assert.False(await Store.SignIn(ada.AdminId, 8, _account, NewSession()));

        Assert.Null((await Store.Change(ada.AdminId, new AdminChange(Disabled: false), actor: null)).Value!.DisabledAt);
        Assert.Null(await Store.FindSession(session.TokenHash));
        Assert.True(await Store.SignIn(ada.AdminId, 8, _account, NewSession()));
    }

    [Fact]
    public async Task New_secrets_end_the_sessions_and_take_codes_from_the_beginning()
    {
        var ada = await Create();
        await Store.SignIn(ada.AdminId, 7, _account, NewSession());
        var key = RandomNumberGenerator.GetBytes(20);

        await Store.Change(ada.AdminId, new AdminChange(PasswordHash: "another", OtpKey: key), actor: null);

        Assert.Empty(await Store.Sessions(ada.AdminId));
        var found = (await Store.FindKey(ada.AdminId))!;
        Assert.Equal("another", found.PasswordHash);
        Assert.Equal(key, found.OtpKey);
        Assert.Equal(0, found.LastStep);
    }

    [Fact]
    public async Task A_new_role_ends_the_sessions_and_a_new_name_does_not()
    {
        var ada = await Create();
        var session = NewSession();
        await Store.SignIn(ada.AdminId, 7, _account, session);

        await Store.Change(ada.AdminId, new AdminChange(Name: "Countess", Role: AdminRole.Viewer), actor: null);
        Assert.Equal("Countess", (await Store.FindSession(session.TokenHash))!.Account.Name);

        var changed = await Store.Change(ada.AdminId, new AdminChange(Role: AdminRole.Moderator), actor: null);
        Assert.Equal((AdminRole.Moderator, "Countess"), (changed.Value!.Role, changed.Value.Name));
        Assert.Null(await Store.FindSession(session.TokenHash));
        Assert.Equal(CommonRefusals.NotFound, (await Store.Change(Guid.NewGuid(), new AdminChange(Name: "x"), actor: null)).No);
    }

    [Fact]
    public async Task Only_who_is_an_admin_still_changes_accounts()
    {
        var (ada, bob, eve) = (await Create(AdminRole.Admin), await Create(AdminRole.Admin), await Create(AdminRole.Senior));

        Assert.Null((await Store.Change(bob.AdminId, new AdminChange(Disabled: true), ada.AdminId)).No);

        Assert.Equal(CommonRefusals.Forbidden, (await Store.Change(ada.AdminId, new AdminChange(Disabled: true), bob.AdminId)).No);
        Assert.Equal(CommonRefusals.Forbidden, (await Store.Change(ada.AdminId, new AdminChange(Disabled: true), eve.AdminId)).No);
        Assert.Null((await Store.Find(ada.Email))!.DisabledAt);
        Assert.Equal(["admin.change", "admin.create"], await Told(bob.AdminId));
        Assert.Equal(["admin.create"], await Told(ada.AdminId));
    }

    [Fact]
    public async Task Of_two_who_disable_each_other_at_once_one_does()
    {
        var (ada, bob) = (await Create(AdminRole.Admin), await Create(AdminRole.Admin));

        var all = await Task.WhenAll(
            Task.Run(() => Store.Change(bob.AdminId, new AdminChange(Disabled: true), ada.AdminId)),
            Task.Run(() => Store.Change(ada.AdminId, new AdminChange(Disabled: true), bob.AdminId)));

        Assert.Single(all, o => o.No is null);
        Assert.Single([await Store.Find(ada.Email), await Store.Find(bob.Email)], a => a!.DisabledAt is null);
    }

    [Fact]
    public async Task A_new_password_uses_up_its_code_and_ends_all_other_sessions()
    {
        var ada = await Create();
        var (mine, other) = (NewSession(), NewSession());
        await Store.SignIn(ada.AdminId, 7, _account, mine);
        await Store.SignIn(ada.AdminId, 8, _account, other);

        Assert.False(await Store.SetPassword(ada.AdminId, "another", 8, _account, _home, mine.SessionId));
        Assert.True(await Store.SetPassword(ada.AdminId, "another", 9, _account, _home, mine.SessionId));

        Assert.Equal("another", (await Store.FindKey(ada.AdminId))!.PasswordHash);
        Assert.NotNull(await Store.FindSession(mine.TokenHash));
        Assert.Null(await Store.FindSession(other.TokenHash));
        Assert.Equal("admin.password", (await Told(ada.AdminId))[0]);
    }

    [Fact]
    public async Task After_the_free_attempts_the_next_one_waits_and_is_not_counted()
    {
        for (var i = 0; i < Options.FreeAttempts; i++)
        {
            Assert.Null(await Store.Attempt(_account, _home, isKnown: false));
        }

        for (var i = 0; i < 3; i++)
        {
            var wait = await Store.Attempt(_account, _home, isKnown: false);
            Assert.InRange(wait!.Value, Options.LockOut - TimeSpan.FromSeconds(10), Options.LockOut);
        }

        await Pass(Options.LockOut);
        Assert.Null(await Store.Attempt(_account, _home, isKnown: false));
        Assert.InRange((await Store.Attempt(_account, _home, isKnown: false))!.Value, (Options.LockOut * 2) - TimeSpan.FromSeconds(10), Options.LockOut * 2);
    }

    [Fact]
    public async Task Of_many_attempts_at_once_no_more_than_the_free_ones_are_made()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Store.Attempt(_account, _home, isKnown: false))));

        Assert.Equal(Options.FreeAttempts, all.Count(wait => wait is null));
    }

    [Fact]
    public async Task Whoever_guesses_locks_out_no_other_network_and_no_other_account()
    {
        for (var i = 0; i < 5; i++)
        {
            await Store.Attempt(_account, Key(), isKnown: false);
            await Store.Attempt(_account, _home, isKnown: false);
        }

        Assert.NotNull(await Store.Attempt(_account, _home, isKnown: false));
        Assert.Null(await Store.Attempt(_account, Key(), isKnown: false));
        Assert.Null(await Store.Attempt(Key(), _home, isKnown: false));
    }

    [Fact]
    public async Task Where_an_account_has_signed_in_it_is_known_and_pauses_only_for_a_moment()
    {
        var ada = await Create();
        Assert.False((await Store.FindKey(ada.Email, _home)).IsKnown);
        await Store.SignIn(ada.AdminId, 7, _account, NewSession());
        Assert.True((await Store.FindKey(ada.Email, _home)).IsKnown);
        Assert.False((await Store.FindKey(ada.Email, Key())).IsKnown);
        for (var i = 0; i < Options.FreeAttempts; i++)
        {
            Assert.Null(await Store.Attempt(_account, _home, isKnown: true));
        }

        Assert.InRange((await Store.Attempt(_account, _home, isKnown: true))!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
        await Pass(TimeSpan.FromSeconds(30));
        Assert.Null(await Store.Attempt(_account, _home, isKnown: true));
        Assert.InRange((await Store.Attempt(_account, _home, isKnown: true))!.Value, TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_sign_in_forgets_what_failed_before_it()
    {
        var ada = await Create();
        for (var i = 0; i < Options.FreeAttempts; i++)
        {
            await Store.Attempt(_account, _home, isKnown: false);
        }

        await Store.SignIn(ada.AdminId, 7, _account, NewSession());

        Assert.Null(await Store.Attempt(_account, _home, isKnown: false));
    }

    [Fact]
    public async Task After_the_longest_wait_the_counting_begins_anew_and_attempts_are_swept()
    {
        for (var i = 0; i < Options.FreeAttempts; i++)
        {
            await Store.Attempt(_account, _home, isKnown: false);
        }

        await Pass(Options.LongestLockOut + TimeSpan.FromSeconds(1));
        Assert.Null(await Store.Attempt(_account, _home, isKnown: false));
        Assert.Null(await Store.Attempt(_account, _home, isKnown: false));

        await Pass(Options.LongestLockOut + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await Store.CountExpired(10));
        Assert.Equal(1, await Store.DeleteExpired(10));
    }

    private async Task<AdminAccount> Create(AdminRole role = AdminRole.Viewer) => (await Store.Create(NewAdmin(role), actor: null))!;

    private async Task<List<string>> Told(Guid subject) =>
        [.. (await Audit.Page(new AuditFilter(Subject: subject.ToString()), 100, before: null)).Select(e => e.Action)];

    private NewAdminSession NewSession() => new(Guid.NewGuid(), RandomNumberGenerator.GetBytes(32), _home, "Firefox");

    private static NewAdmin NewAdmin(AdminRole role = AdminRole.Viewer) =>
        new(Guid.NewGuid(), $"{Guid.NewGuid():N}@example.org", "Ada", role, "a hash", RandomNumberGenerator.GetBytes(20));

    private protected static byte[] Key() => RandomNumberGenerator.GetBytes(AddressKeys.Length);
}

public sealed class InMemoryAdminStoreTests : AdminStoreContractTests
{
    private readonly FakeTime _time = new();
    private readonly InMemoryAuditStore _audit;
    private readonly InMemoryAdminStore _store;

    public InMemoryAdminStoreTests()
    {
        var embedded = new EmbeddedLock();
        _audit = new InMemoryAuditStore(embedded, _time);
        _store = new InMemoryAdminStore(embedded, _audit, Microsoft.Extensions.Options.Options.Create(Options), _time);
    }

    private protected override IAdminStore Store => _store;

    private protected override IAuditStore Audit => _audit;

    private protected override Task Pass(TimeSpan time)
    {
        _time.Advance(time);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task At_the_bound_the_attempts_that_were_counted_first_are_forgotten()
    {
        var (account, first) = (Key(), Key());
        for (var i = 0; i < Options.FreeAttempts; i++)
        {
            await _store.Attempt(account, first, isKnown: false);
        }

        for (var i = 1; i < InMemoryAdminStore.MaxFailures; i++)
        {
            await _store.Attempt(account, Key(), isKnown: false);
        }

        Assert.NotNull(await _store.Attempt(account, first, isKnown: false));
        await _store.Attempt(account, Key(), isKnown: false);
        Assert.Null(await _store.Attempt(account, first, isKnown: false));
        Assert.Equal((InMemoryAdminStore.MaxFailures, 2), (_store.Figures.Failures, _store.Figures.Dropped));
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresAdminStoreTests(TestDatabase database) : AdminStoreContractTests, IClassFixture<TestDatabase>, IAsyncLifetime
{
    private readonly PostgresAdminStore _store = new(database.Database, Microsoft.Extensions.Options.Options.Create(Options));

    private protected override IAdminStore Store => _store;

    private protected override IAuditStore Audit { get; } = new PostgresAuditStore(database.Database);

    // Time goes by for all rows, so those of the other tests must not be there.
    public async ValueTask InitializeAsync() =>
        await database.Database.Execute("truncate admin_account, admin_session, admin_network, admin_failure");

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }

    private protected override Task Pass(TimeSpan time) => database.Database.Execute(
        """
        update admin_session set created_at = created_at - @Time, seen_at = seen_at - @Time, expires_at = expires_at - @Time;
        update admin_failure set last_at = last_at - @Time
        """,
        new { Time = time });
}
