using Matchmaker.Features.Signaling;

namespace Matchmaker.Tests.Features.Signaling;

public sealed class TurnUrlTests
{
    [Theory]
    [InlineData("turn:turn.example.org", "turn.example.org", 3478, "Udp", "stun:turn.example.org:3478")]
    [InlineData("turn:turn.example.org:80?transport=udp", "turn.example.org", 80, "Udp", "stun:turn.example.org:80")]
    [InlineData("turn:192.0.2.7:443?transport=tcp", "192.0.2.7", 443, "Tcp", null)]
    [InlineData("turn:[2001:db8::7]:3479", "2001:db8::7", 3479, "Udp", "stun:[2001:db8::7]:3479")]
    [InlineData("turns:turn.example.org", "turn.example.org", 5349, "Tls", null)]
    [InlineData("turns:turn.example.org:443?transport=tcp", "turn.example.org", 443, "Tls", null)]
    public void An_address_has_a_host_a_port_and_a_way(string text, string host, int port, string transport, string? stun)
    {
        var url = TurnUrl.Parse(text)!;
        Assert.Equal((text, host, port, transport, stun), (url.Text, url.Host, url.Port, url.Transport.ToString(), url.Stun));
    }

    [Theory]
    [InlineData("")]
    [InlineData("turn:")]
    [InlineData("turn.example.org")]
    [InlineData("stun:turn.example.org")]
    [InlineData("https://turn.example.org")]
    [InlineData("turn://turn.example.org")]
    [InlineData("turn:user@turn.example.org")]
    [InlineData("turn:turn.example.org/path")]
    [InlineData("turn:turn.example.org#here")]
    [InlineData("turn:turn.example.org:99999")]
    [InlineData("turn:turn.example.org:0")]
    [InlineData("turn:turn.example.org:port")]
    [InlineData("turn:turn example.org")]
    [InlineData("turn:2001:db8::7")]
    [InlineData("turn:turn.example.org?transport=sctp")]
    [InlineData("turn:turn.example.org?transport=UDP")]
    [InlineData("turns:turn.example.org?transport=udp")]
    public void Anything_else_is_none(string text) => Assert.Null(TurnUrl.Parse(text));
}
