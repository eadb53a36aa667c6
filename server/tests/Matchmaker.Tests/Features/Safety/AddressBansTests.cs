using Matchmaker.Features.Accounts;
using Matchmaker.Features.Safety;
using Matchmaker.Tests.Invariants;

namespace Matchmaker.Tests.Features.Safety;

public sealed class AddressBansTests : IAsyncLifetime
{
    private World? _world;

    private World World => _world!;

    private AddressBans Bans => World.Get<AddressBans>();

    public async ValueTask InitializeAsync() => _world = await World.InMemory();

    public ValueTask DisposeAsync() => World.DisposeAsync();

    [Theory]
    [InlineData("203.0.113.7", "address", "203.0.113.7", "203.0.113.8")]
    [InlineData("203.0.113.7/32", "address", "203.0.113.7", "203.0.113.8")]
    [InlineData(" 203.0.113.0/24 ", "network", "203.0.113.200", "203.0.114.1")]
    [InlineData("203.0.113.9/24", "network", "203.0.113.200", "203.0.114.1")]
    [InlineData("2001:db8:1:2::5", "address", "2001:db8:1:2:9::", "2001:db8:1:3::")]
    [InlineData("2001:db8:1:2::/64", "address", "2001:db8:1:2:9::", "2001:db8:1:3::")]
    [InlineData("2001:db8:1::/48", "network", "2001:db8:1:9::", "2001:db8:2::")]
    public async Task What_an_admin_types_is_an_address_or_a_network(string typed, string scope, string inside, string outside)
    {
        var (found, key) = (await Bans.Read(typed)).Value;
        Assert.Equal(scope, found.ToString(), ignoreCase: true);

        await Take(found, key, TimeSpan.FromHours(1));

        Assert.Equal("banned", (await Bans.Judge(await Keys(inside)))?.Code);
        Assert.Null(await Bans.Judge(await Keys(outside)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("somewhere")]
    [InlineData("203.0.113.0/16")]
    [InlineData("203.0.113.0/0")]
    [InlineData("203.0.113.0/64")]
    [InlineData("2001:db8::/32")]
    [InlineData("203.0.113.0/24/24")]
    public async Task Anything_else_is_not(string? typed) => Assert.Equal("cidr", (await Bans.Read(typed)).No?.Field);

    [Fact]
    public async Task It_ends_at_its_time_and_of_two_the_longer_counts()
    {
        var from = await Keys("203.0.113.7");
        await Take(AddressScope.Address, from.Address, TimeSpan.FromHours(2));
        await Take(AddressScope.Address, from.Address, TimeSpan.FromHours(1));
        await Bans.Refresh();

        await World.Pass(TimeSpan.FromMinutes(119));
        var no = await Bans.Judge(from);
        Assert.Equal(60, no!.More!["remainingSeconds"]);
        Assert.Equal(false, no.More["appealable"]);
        await World.Pass(TimeSpan.FromMinutes(1));

        Assert.Null(await Bans.Judge(from));
    }

    [Fact]
    public async Task Each_is_told_once_wherever_it_was_taken()
    {
        var told = new List<Guid>();
        Bans.Added += ban => told.Add(ban.BanId);
        var from = await Keys("203.0.113.7");
        Assert.Null(await Bans.Judge(from));

        var here = await Take(AddressScope.Address, from.Address, TimeSpan.FromHours(1));
        var elsewhere = New(AddressScope.Network, from.Network, TimeSpan.FromHours(1));
        await World.Get<IAddressBanStore>().Take(elsewhere, 100);
        await Bans.Refresh();
        await Bans.Refresh();

        Assert.Equal([here, elsewhere.BanId], told);
        Assert.Equal(2, Bans.Count);
    }

    [Fact]
    public async Task A_ban_has_a_text_and_an_end_and_there_are_only_so_many()
    {
        var ban = New(AddressScope.Address, (await Keys("203.0.113.7")).Address, TimeSpan.FromHours(1));

        Assert.Equal("text", (await Bans.Take(ban with { Text = "" })).No?.Field);
        Assert.Equal("durationSeconds", (await Bans.Take(ban with { Duration = TimeSpan.Zero })).No?.Field);
        Assert.Equal("already_decided", (await Bans.Lift(ban.BanId, Guid.NewGuid(), "Fine.")).No?.Code);
        for (var i = 0; i < Bans.Max; i++)
        {
            await World.Get<IAddressBanStore>().Take(New(AddressScope.Address, Guid.NewGuid().ToByteArray(), TimeSpan.FromHours(1)), Bans.Max);
        }

        Assert.Equal("too_many_bans", (await Bans.Take(ban)).No?.Code);
    }

    private async Task<Guid> Take(AddressScope scope, byte[] key, TimeSpan duration)
    {
        var taken = await Bans.Take(New(scope, key, duration));
        return taken.Value!.BanId;
    }

    private static NewAddressBan New(AddressScope scope, byte[] key, TimeSpan duration) =>
        new(Guid.NewGuid(), scope, key, null, Reason.Spam, "Because.", duration, Guid.NewGuid());

    private async Task<AddressKeys> Keys(string address) => await World.Get<ClientKeys>().Of(System.Net.IPAddress.Parse(address));
}
