using System.Net;
using Matchmaker.Features.Accounts;

namespace Matchmaker.Tests.Features.Accounts;

public sealed class AddressKeysTests
{
    private static readonly byte[] _secret = [1, 2, 3];

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true, true, true)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true, true, true)]
    [InlineData("203.0.113.7", "203.0.113.8", false, true, true)]
    [InlineData("203.0.113.7", "203.0.114.7", false, false, false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true, true, true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false, true, false)]
    [InlineData("2001:db8:1:2::1", "2001:db8:2:2::1", false, false, false)]
    public void Two_addresses_are_the_same_by_address_network_and_origin(string a, string b, bool address, bool network, bool origin)
    {
        var (one, two) = (Keys(a), Keys(b));

        Assert.Equal(
            (address, network, origin),
            (one.Address.SequenceEqual(two.Address), one.Network.SequenceEqual(two.Network), one.Origin.SequenceEqual(two.Origin)));
    }

    [Fact]
    public void No_key_is_one_of_another_kind_and_another_secret_gives_others()
    {
        var keys = Keys("203.0.113.7");

        Assert.All([keys.Address, keys.Network, keys.Origin], k => Assert.Equal(AddressKeys.Length, k.Length));
        Assert.False(keys.Network.SequenceEqual(keys.Origin)); // both of the /24
        Assert.False(keys.Address.SequenceEqual(AddressKeys.From(IPAddress.Parse("203.0.113.7"), [1, 2, 4]).Address));
    }

    private static AddressKeys Keys(string address) => AddressKeys.From(IPAddress.Parse(address), _secret);
}
