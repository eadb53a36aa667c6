using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Support;

namespace Matchmaker.Tests.Features.Accounts;

/// <summary>What every account store promises.</summary>
public abstract class AccountStoreContractTests
{
    private static readonly TimeSpan _week = TimeSpan.FromDays(7);

    private protected abstract IAccountStore Store { get; }

    /// <summary>Makes the login look as if its time were over.</summary>
    private protected abstract Task RunOut(Guid sessionId);

    [Fact]
    public async Task A_created_user_is_found_with_all_that_was_given()
    {
        var card = NewCard() with { Gender = Gender.Nonbinary, Languages = ["en", "pt-BR"], Interests = ["Gärten"] };
        await Store.Create(card, Guid.NewGuid(), NewHash(), _week);

        var found = await Store.FindUser(card.Id);

        Assert.NotNull(found);
        Assert.Equal(card.Name, found.Name);
        Assert.Equal(Gender.Nonbinary, found.Gender);
        Assert.Equal(["en", "pt-BR"], found.Languages);
        Assert.Equal(["Gärten"], found.Interests);
    }

    [Fact]
    public async Task A_login_is_found_by_the_hash_of_its_token_only()
    {
        var (card, session, hash) = (NewCard(), Guid.NewGuid(), NewHash());
        var created = await Store.Create(card, session, hash, _week);

        var found = await Store.FindSession(hash);

        Assert.Equal(session, found?.SessionId);
        Assert.Equal(card.Id, found?.UserId);
        Assert.Equal(created.ExpiresAt, found!.ExpiresAt);
        Assert.Null(await Store.FindSession(NewHash()));
    }

    [Fact]
    public async Task A_login_that_ran_out_is_not_found_and_is_swept()
    {
        var (session, hash) = (Guid.NewGuid(), NewHash());
        await Store.Create(NewCard(), session, hash, _week);
        await RunOut(session);

        Assert.Null(await Store.FindSession(hash));
        Assert.Equal(1, await Store.DeleteExpired(1000));
        Assert.Equal(0, await Store.DeleteExpired(1000));
    }

    [Fact]
    public async Task An_account_without_a_login_is_unreachable_when_it_is_old_enough()
    {
        var anyAge = TimeSpan.FromMinutes(-1);
        var (gone, here, session) = (NewCard(), NewCard(), Guid.NewGuid());
        await Store.Create(gone, session, NewHash(), _week);
        var login = await Store.Create(here, Guid.NewGuid(), NewHash(), _week);
        Assert.DoesNotContain(gone.Id, await Store.ListUnreachable(anyAge, 1000));
        await Store.EndSession(session);

        Assert.Contains(gone.Id, await Store.ListUnreachable(anyAge, 1000));
        Assert.DoesNotContain(here.Id, await Store.ListUnreachable(anyAge, 1000));
        Assert.DoesNotContain(gone.Id, await Store.ListUnreachable(TimeSpan.FromHours(1), 1000));
        Assert.Empty(await Store.ListUnreachable(anyAge, 0));
        Assert.Empty((await Store.FindDates(gone.Id))!.Logins);
        var dates = (await Store.FindDates(here.Id))!;
        Assert.Equal(login.ExpiresAt, Assert.Single(dates.Logins).ExpiresAt);
        Assert.InRange(login.ExpiresAt - dates.CreatedAt - _week, TimeSpan.FromSeconds(-1), TimeSpan.FromSeconds(1));
        Assert.Null(await Store.FindDates(Guid.NewGuid()));
    }

    [Fact]
    public async Task A_sweep_deletes_no_more_than_it_is_allowed()
    {
        for (var i = 0; i < 3; i++)
        {
            var session = Guid.NewGuid();
            await Store.Create(NewCard(), session, NewHash(), _week);
            await RunOut(session);
        }

        Assert.Equal(2, await Store.DeleteExpired(2));
        Assert.Equal(1, await Store.DeleteExpired(2));
    }

    [Fact]
    public async Task An_ended_session_is_gone_and_ending_it_again_says_so()
    {
        var (session, hash) = (Guid.NewGuid(), NewHash());
        await Store.Create(NewCard(), session, hash, _week);

        Assert.Equal([session], await Store.ListSessions([session, Guid.NewGuid()]));
        Assert.True(await Store.EndSession(session));
        Assert.Null(await Store.FindSession(hash));
        Assert.Empty(await Store.ListSessions([session]));
        Assert.False(await Store.EndSession(session));
    }

    [Fact]
    public async Task People_are_found_by_the_beginning_of_their_name_whatever_its_case_and_by_id()
    {
        var word = Guid.NewGuid().ToString("N");
        var (b, a, other) = (NewCard() with { Name = $"{word} B" }, NewCard() with { Name = $"{word} a" }, NewCard() with { Name = $"x {word}" });
        foreach (var card in new[] { b, a, other })
        {
            await Store.Create(card, Guid.NewGuid(), NewHash(), _week);
        }

        Assert.Equal([a.Id, b.Id], (await Store.Search(word.ToUpperInvariant(), Guid.Empty, 10)).Select(u => u.Card.Id).OrderBy(id => id == b.Id));
        Assert.Single(await Store.Search(word, Guid.Empty, 1));
        Assert.Equal([other.Id], (await Store.Search("", other.Id, 10)).Select(u => u.Card.Id));
        Assert.Equal(other.Name, Assert.Single(await Store.Search("%", other.Id, 10)).Card.Name);
        Assert.Empty(await Store.Search("", Guid.NewGuid(), 10));
        Assert.Empty(await Store.Search($"{word}%", Guid.Empty, 10));
        Assert.NotEqual(default, Assert.Single(await Store.Search("", a.Id, 10)).CreatedAt);
    }

    [Fact]
    public async Task A_change_touches_only_what_is_given()
    {
        var card = NewCard() with { Languages = ["en"], Interests = ["chess"] };
        await Store.Create(card, Guid.NewGuid(), NewHash(), _week);

        var changed = await Store.Change(card.Id, new Profile("Grace", null, [], null));

        Assert.Equal(card.Id, changed?.Id);
        Assert.Equal("Grace", changed!.Name);
        Assert.Equal(card.Gender, changed.Gender);
        Assert.Empty(changed.Languages);
        Assert.Equal(["chess"], changed.Interests);
        Assert.Equal("Grace", (await Store.FindUser(card.Id))?.Name);
    }

    [Fact]
    public async Task A_change_of_nobody_answers_null() =>
        Assert.Null(await Store.Change(Guid.NewGuid(), new Profile("Grace", null, null, null)));

    [Fact]
    public async Task Users_are_found_together_and_unknown_ones_are_left_out()
    {
        var (one, two) = (NewCard(), NewCard());
        await Store.Create(one, Guid.NewGuid(), NewHash(), _week);
        await Store.Create(two, Guid.NewGuid(), NewHash(), _week);

        var found = await Store.FindUsers([one.Id, two.Id, one.Id, Guid.NewGuid()]);

        Assert.Equal(new[] { one.Id, two.Id }.Order(), found.Select(c => c.Id).Order());
    }

    [Fact]
    public async Task Erasing_takes_the_user_and_the_sessions_and_may_be_repeated()
    {
        var (card, session, hash) = (NewCard(), Guid.NewGuid(), NewHash());
        await Store.Create(card, session, hash, _week);

        Assert.Equal([session], await Store.Erase(card.Id));
        Assert.Null(await Store.FindUser(card.Id));
        Assert.Null(await Store.FindSession(hash));
        Assert.Empty(await Store.Erase(card.Id));
    }

    private static Card NewCard() => new(Guid.NewGuid(), "Ada", Gender.Female, [], []);

    private static byte[] NewHash() => SessionToken.Hash(SessionToken.Create())!;
}

public sealed class InMemoryAccountStoreTests : AccountStoreContractTests
{
    private readonly FakeTime _time = new();
    private readonly InMemoryAccountStore _store;

    public InMemoryAccountStoreTests() => _store = new InMemoryAccountStore(new EmbeddedLock(), new NoMarks(), _time);

    private protected override IAccountStore Store => _store;

    [Fact]
    public async Task At_the_bound_the_account_that_was_made_first_is_forgotten_with_its_login()
    {
        var (first, second) = (await Create(), await Create());
        for (var i = 2; i < InMemoryAccountStore.MaxUsers; i++)
        {
            await Create();
        }

        Assert.Equal((InMemoryAccountStore.MaxUsers, 0), _store.Figures);
        await Create();

        Assert.Equal((InMemoryAccountStore.MaxUsers, 1), _store.Figures);
        Assert.Null(await _store.FindUser(first.UserId));
        Assert.Null(await _store.FindSignedIn(first.SessionId));
        Assert.NotNull(await _store.FindSignedIn(second.SessionId));
    }

    [Fact]
    public async Task Accounts_with_long_cards_are_fewer()
    {
        var words = Enumerable.Range(0, 10).Select(_ => new string('x', 24)).ToList();
        while (_store.Figures.Dropped == 0)
        {
            await Create(new Card(Guid.NewGuid(), new string('x', 240), Gender.Female, ["en", "de", "fr", "tr", "es"], words));
        }

        Assert.InRange(_store.Figures.Count, 20_000, InMemoryAccountStore.MaxUsers - 1);
    }

    private Task<Login> Create(Card? card = null) => _store.Create(
        card ?? new Card(Guid.NewGuid(), "Ada", Gender.Female, [], []), Guid.NewGuid(), Guid.NewGuid().ToByteArray(), TimeSpan.FromDays(7));

    private protected override Task RunOut(Guid sessionId)
    {
        _time.Advance(TimeSpan.FromDays(7));
        return Task.CompletedTask;
    }
}

[Trait("Category", "Postgres")]
public sealed class PostgresAccountStoreTests(TestDatabase database) : AccountStoreContractTests, IClassFixture<TestDatabase>
{
    private readonly PostgresAccountStore _store = new(database.Database);

    private protected override IAccountStore Store => _store;

    private protected override Task RunOut(Guid sessionId) => database.Database.Execute(
        "update login_session set expires_at = now() where session_id = @SessionId", new { SessionId = sessionId });
}
