using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using AccountsUnderTest = Matchmaker.Features.Accounts.Accounts;

namespace Matchmaker.Tests.Features.Accounts;

public sealed class AccountsTests
{
    private static readonly GuestRequest _ada = new("Ada", Gender.Female, Adult: true, ["en"], ["chess"]);
    private readonly FakeTime _time = new();
    private readonly FaultyAccountStore _store;
    private readonly AccountsUnderTest _accounts;
    private readonly List<string> _events = [];

    public AccountsTests()
    {
        _store = new FaultyAccountStore(new InMemoryAccountStore(new EmbeddedLock(), new NoMarks(), _time));
        _accounts = new AccountsUnderTest(_store, [], new AloneCarrier(), Options.Create(new AccountOptions()), _time, NullLogger<AccountsUnderTest>.Instance);
        _accounts.Changed += card => _events.Add($"changed {card.Name}");
        _accounts.Erased += _ => _events.Add("erased");
        _accounts.SessionEnded += _ => _events.Add("session ended");
    }

    [Fact]
    public async Task A_guest_is_signed_in_for_seven_days_to_the_second()
    {
        var signedIn = await SignIn();

        Assert.Equal(_time.GetUtcNow().AddDays(7), signedIn.ExpiresAt);
        Assert.Equal(signedIn.User.Id, (await _accounts.FindSession(signedIn.Token))?.UserId);
        _time.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await _accounts.FindSession(signedIn.Token));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _accounts.FindSession(signedIn.Token)); // the copy is still fresh: its own expiry counts
    }

    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public async Task Nobody_signs_up_without_saying_that_they_are_adult(bool? adult) =>
        Assert.Equal("adult_required", (await _accounts.SignUpGuest(_ada with { Adult = adult })).No?.Code);

    [Fact]
    public async Task A_guest_needs_a_name_and_a_gender()
    {
        Assert.Equal("name", (await _accounts.SignUpGuest(_ada with { Name = null })).No?.Field);
        Assert.Equal("gender", (await _accounts.SignUpGuest(_ada with { Gender = null })).No?.Field);
    }

    [Fact]
    public async Task A_session_is_looked_up_once_a_minute()
    {
        var token = (await SignIn()).Token;
        for (var i = 0; i < 5; i++)
        {
            await _accounts.FindSession(token);
        }

        Assert.Equal(1, _store.SessionLookups);
        _time.Advance(TimeSpan.FromMinutes(1));
        await _accounts.FindSession(token);
        Assert.Equal(2, _store.SessionLookups);
    }

    [Fact]
    public async Task What_cannot_be_a_token_costs_no_look_up()
    {
        Assert.Null(await _accounts.FindSession("operator-secret"));
        Assert.Equal(0, _store.SessionLookups);
    }

    [Fact]
    public async Task A_known_session_is_admitted_while_the_database_is_away_and_an_unknown_one_is_not()
    {
        var (known, unknown) = (await SignIn(), await SignIn());
        await _accounts.FindSession(known.Token);
        _time.Advance(TimeSpan.FromHours(1));
        _store.IsAway = true;

        Assert.Equal(known.User.Id, (await _accounts.FindSession(known.Token))?.UserId);
        await Assert.ThrowsAsync<TimeoutException>(() => _accounts.FindSession(unknown.Token));
        _time.Advance(TimeSpan.FromDays(7));
        Assert.Null(await _accounts.FindSession(known.Token));
    }

    [Fact]
    public async Task A_logout_ends_this_session_at_once()
    {
        var signedIn = await SignIn();
        var login = await _accounts.FindSession(signedIn.Token);

        await _accounts.Logout(login!.SessionId);

        Assert.Null(await _accounts.FindSession(signedIn.Token));
        Assert.Equal(["session ended"], _events);
    }

    [Fact]
    public async Task A_logout_that_was_not_written_ends_nothing()
    {
        var signedIn = await SignIn();
        var login = await _accounts.FindSession(signedIn.Token);
        _store.IsAway = true;

        await Assert.ThrowsAsync<TimeoutException>(() => _accounts.Logout(login!.SessionId));

        Assert.NotNull(await _accounts.FindSession(signedIn.Token));
        Assert.Empty(_events);
    }

    [Fact]
    public async Task A_change_shows_at_once_and_is_told()
    {
        var id = (await SignIn()).User.Id;
        await _accounts.FindCard(id);

        await _accounts.Change(id, new ProfileRequest(Name: "Grace"));

        Assert.Equal("Grace", (await _accounts.FindCard(id))?.Name);
        Assert.Equal(["changed Grace"], _events);
    }

    [Fact]
    public async Task A_wrong_change_changes_nothing_and_is_not_told()
    {
        var id = (await SignIn()).User.Id;

        var outcome = await _accounts.Change(id, new ProfileRequest(Name: "Grace", Languages: ["?"]));

        Assert.Equal("languages", outcome.No?.Field);
        Assert.Equal("Ada", (await _accounts.FindCard(id))?.Name);
        Assert.Empty(_events);
    }

    [Fact]
    public async Task Cards_of_many_take_one_look_up_and_none_for_those_in_memory()
    {
        var (one, two) = ((await SignIn()).User.Id, (await SignIn()).User.Id);
        await _accounts.FindCard(one);

        var cards = await _accounts.FindCards([one, two, two, Guid.NewGuid()]);

        Assert.Equal(new[] { one, two }.Order(), cards.Keys.Order());
        Assert.Equal(2, _store.UserLookups);
        await _accounts.FindCards([one]);
        Assert.Equal(2, _store.UserLookups);
    }

    [Fact]
    public async Task Erasing_asks_every_feature_first_and_the_account_goes_last()
    {
        var signedIn = await SignIn();
        await _accounts.FindSession(signedIn.Token);
        var feature = new Feature(_events);

        await new Erasure(_accounts, [feature, feature]).Erase(signedIn.User.Id);

        Assert.Equal(["feature", "feature", "session ended", "erased"], _events);
        Assert.Null(await _accounts.FindSession(signedIn.Token));
        Assert.Null(await _accounts.FindCard(signedIn.User.Id));
    }

    [Fact]
    public async Task An_erasure_that_failed_half_way_can_be_asked_for_again()
    {
        var signedIn = await SignIn();
        var erasure = new Erasure(_accounts, [new Feature(_events) { FailsOnce = true }]);

        await Assert.ThrowsAsync<TimeoutException>(() => erasure.Erase(signedIn.User.Id));
        Assert.NotNull(await _accounts.FindSession(signedIn.Token));
        await erasure.Erase(signedIn.User.Id);

        Assert.Null(await _accounts.FindSession(signedIn.Token));
    }

    private async Task<SignedIn> SignIn() => (await _accounts.SignUpGuest(_ada)).Value!;

    private sealed class Feature(List<string> events) : IErasable
    {
        public bool FailsOnce { get; set; }

        public Task Erase(Guid userId)
        {
            if (FailsOnce)
            {
                FailsOnce = false;
                throw new TimeoutException();
            }

            events.Add("feature");
            return Task.CompletedTask;
        }
    }
}
