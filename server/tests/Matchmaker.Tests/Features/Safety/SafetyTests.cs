using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Realtime;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using AccountsUseCase = Matchmaker.Features.Accounts.Accounts;
using SafetyUnderTest = Matchmaker.Features.Safety.Safety;

namespace Matchmaker.Tests.Features.Safety;

public sealed class SafetyTests
{
    private readonly FaultyAccountStore _accounts;
    private readonly SafetyUnderTest _safety;
    private readonly List<(Guid, Guid)> _told = [];

    public SafetyTests()
    {
        var (time, embedded) = (new FakeTime(), new EmbeddedLock());
        _accounts = new FaultyAccountStore(new InMemoryAccountStore(embedded, new NoMarks(), time));
        _safety = new SafetyUnderTest(
            new InMemorySafetyStore(embedded, time),
            new AccountsUseCase(_accounts, [], new AloneCarrier(), Options.Create(new AccountOptions()), time, NullLogger<AccountsUseCase>.Instance),
            new AloneCarrier(),
            Options.Create(new SafetyOptions { MaxBlocks = 2 }),
            NullLogger<SafetyUnderTest>.Instance);
        _safety.Blocked += (blocker, blocked) => _told.Add((blocker, blocked));
    }

    [Fact]
    public async Task A_block_is_told_each_time_and_listed_once()
    {
        var (me, other) = (await NewUser(), await NewUser());

        Assert.Null((await _safety.Block(me, other)).No);
        Assert.Null((await _safety.Block(me, other)).No);

        Assert.Equal([(me, other), (me, other)], _told);
        Assert.Equal([other], (await _safety.Blocks(me)).People.Select(p => p.Id));
    }

    [Fact]
    public async Task Nobody_blocks_themselves_or_nobody()
    {
        var me = await NewUser();

        Assert.Equal("self", (await _safety.Block(me, me)).No?.Code);
        Assert.Equal("not_found", (await _safety.Block(me, Guid.NewGuid())).No?.Code);
        Assert.Equal("not_found", (await _safety.Block(me, Guid.Empty)).No?.Code);
        Assert.Empty(_told);
    }

    [Fact]
    public async Task One_block_too_many_is_refused()
    {
        var me = await NewUser();
        await _safety.Block(me, await NewUser());
        await _safety.Block(me, await NewUser());

        Assert.Equal("too_many_blocks", (await _safety.Block(me, await NewUser())).No?.Code);
        Assert.Equal(2, _told.Count);
    }

    [Fact]
    public async Task A_block_while_the_database_is_away_is_refused_but_still_told()
    {
        var (me, other) = (await NewUser(), await NewUser());
        _accounts.IsAway = true;

        Assert.Equal("unavailable", (await _safety.Block(me, other)).No?.Code);

        Assert.Equal([(me, other)], _told);
        Assert.Empty((await _safety.Blocks(me)).People);
    }

    private async Task<Guid> NewUser()
    {
        var card = new Card(Guid.NewGuid(), "Ada", Gender.Female, [], []);
        await _accounts.Create(card, Guid.NewGuid(), SessionToken.Hash(SessionToken.Create())!, TimeSpan.FromDays(1));
        return card.Id;
    }
}
