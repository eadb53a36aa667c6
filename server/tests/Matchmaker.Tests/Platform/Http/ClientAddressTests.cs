using System.Net;
using Matchmaker.Platform.Http;

namespace Matchmaker.Tests.Platform.Http;

public sealed class ClientAddressTests
{
    private static readonly IReadOnlyList<IPNetwork> _proxies = new HttpOptions().Proxies();

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("6.6.6.6, 203.0.113.7", "203.0.113.7")] // the left one is the client's own word
    [InlineData("6.6.6.6, 203.0.113.7, 10.1.1.1", "203.0.113.7")] // two of our hops
    [InlineData("203.0.113.7, nonsense", "10.0.0.1")] // nothing left of nonsense can be believed
    [InlineData("nonsense, 203.0.113.7", "203.0.113.7")]
    [InlineData("", "10.0.0.1")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData(" 203.0.113.7 ", "203.0.113.7")]
    [InlineData("2001:db8::7%3", "2001:db8::7")]
    [InlineData("10.2.2.2", "10.2.2.2")] // a client in the private network
    [InlineData("6.6.6.6, ::ffff:203.0.113.7, ::ffff:10.1.1.1", "203.0.113.7")]
    [InlineData("203.0.113.7,", "10.0.0.1")]
    [InlineData("203.0.113.7:443", "10.0.0.1")]
    [InlineData("1", "10.0.0.1")] // 0.0.0.1 to the framework
    [InlineData("0xcb.0.0x71.7", "10.0.0.1")]
    [InlineData("203.0.113.007", "10.0.0.1")]
    [InlineData("for=203.0.113.7", "10.0.0.1")]
    [InlineData("unknown", "10.0.0.1")]
    [InlineData("6.6.6.6, unknown, 10.1.1.1", "10.1.1.1")] // the last that could be believed
    public void The_rightmost_address_that_is_not_ours_is_the_client(string header, string expected) =>
        Assert.Equal(IPAddress.Parse(expected), ClientAddress.Resolve(IPAddress.Parse("10.0.0.1"), [header], _proxies));

    [Fact]
    public void Several_headers_are_one_list() =>
        Assert.Equal(
            IPAddress.Parse("203.0.113.7"),
            ClientAddress.Resolve(IPAddress.Parse("10.0.0.1"), ["6.6.6.6", "203.0.113.7"], _proxies));

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::", false)]
    [InlineData("2001:db8:1:2:aaaa::1", "2001:db8:1:2:bbbb::2", true)]
    [InlineData("2001:db8:1:2:aaaa::1", "2001:db8:1:3:aaaa::1", false)]
    [InlineData("2001:db8:1:2:aaaa::1", "2001:db8:1:2::", true)]
    public void A_household_is_one_address(string one, string other, bool isOne) =>
        Assert.Equal(isOne, ClientAddress.Key(IPAddress.Parse(one)) == ClientAddress.Key(IPAddress.Parse(other)));

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("10.0.0.1, ::1", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("ten", false)]
    [InlineData("", false)]
    public void A_list_of_proxies_is_addresses_and_networks(string text, bool isValid) => Assert.Equal(isValid, HttpOptions.AreNetworks(text));

    [Theory]
    [InlineData("10.1.0.0/16", "10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "10.2.2.3", false)]
    [InlineData("::ffff:10.1.0.0/112", "10.1.2.3", true)]
    [InlineData("::ffff:10.1.0.0/112", "10.2.2.3", false)]
    [InlineData("::ffff:10.1.2.3", "10.1.2.3", true)]
    [InlineData("2001:db8::/32", "2001:db8:1::1", true)]
    public void A_proxy_is_known_however_its_network_is_written(string networks, string peer, bool isKnown) =>
        Assert.Equal(isKnown, new HttpOptions { TrustedProxies = networks }.Proxies().Any(p => p.Contains(IPAddress.Parse(peer))));

    [Theory]
    [InlineData("", true)]
    [InlineData("X-Real-IP", true)]
    [InlineData("x-forwarded-for", true)]
    [InlineData("Forwarded", false)]
    [InlineData("X-Real-IP, X-Forwarded-For", false)]
    [InlineData("X-Real-IP:", false)]
    public void The_header_of_addresses_is_one_header(string name, bool isHeader) => Assert.Equal(isHeader, HttpOptions.IsAddressHeader(name));

    [Theory]
    [InlineData("https://app.example", true)]
    [InlineData("http://localhost:5173", true)]
    [InlineData("https://app.example/", false)]
    [InlineData("https://app.example:443", false)] // a browser leaves the usual port out
    [InlineData("app.example", false)]
    [InlineData("*", false)]
    [InlineData("ftp://app.example", false)]
    public void An_origin_is_what_a_browser_writes(string text, bool isOrigin) => Assert.Equal(isOrigin, HttpOptions.IsOrigin(text));
}
