using System.Net;
using Matchmaker.Platform.Redis;

namespace Matchmaker.Tests.Platform.Redis;

public sealed class RedisUrlTests
{
    [Theory]
    [InlineData("redis://cache.example", "cache.example", 6379, null, 0, false)]
    [InlineData("redis://:p%40%2F@cache.example:7000/3", "cache.example", 7000, "p@/", 3, false)]
    [InlineData("rediss://default:secret@cache.example/", "cache.example", 6379, "secret", 0, true)]
    [InlineData("redis://default@cache.example", "cache.example", 6379, null, 0, false)]
    public void The_parts_of_a_uri_are_read(string url, string host, int port, string? password, int database, bool tls)
    {
        var options = RedisUrl.Parse(url);
        var end = Assert.IsType<DnsEndPoint>(Assert.Single(options.EndPoints));

        Assert.Equal((host, port, password, database, tls), (end.Host, end.Port, options.Password, options.DefaultDatabase, options.Ssl));
    }

    [Theory]
    [InlineData("redis://[::1]:6380", "::1")]
    [InlineData("redis://127.0.0.1:6380", "127.0.0.1")]
    public void An_address_is_one(string url, string address)
    {
        var end = Assert.IsType<IPEndPoint>(Assert.Single(RedisUrl.Parse(url).EndPoints));

        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 6380), end);
    }

    [Theory]
    [InlineData("")]
    [InlineData("cache.example:6379,password=topsecret")]
    [InlineData("http://:topsecret@cache.example")]
    [InlineData("redis://:topsecret@cache.example/first")]
    [InlineData("redis://:topsecret@cache.example/-1")]
    [InlineData("redis://ada:topsecret@cache.example")]
    [InlineData("redis://:topsecret@cache.example:99999")]
    [InlineData("redis://:topsecret@cache.example?ssl=true")]
    public void A_wrong_one_is_refused_without_showing_the_password(string url)
    {
        var e = Assert.Throws<FormatException>(() => RedisUrl.Parse(url));

        Assert.Contains("REDIS_URL", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://:topsecret@h:1/2", "redis://:***@h:1/2")]
    [InlineData("rediss://default:topsecret@h", "rediss://:***@h/0")]
    [InlineData("redis://h", "redis://h/0")]
    public void It_is_shown_without_its_password(string url, string shown) => Assert.Equal(shown, RedisUrl.Hide(url, "***"));
}
