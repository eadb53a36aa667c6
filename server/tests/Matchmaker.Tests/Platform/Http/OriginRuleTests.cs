using Matchmaker.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Platform.Http;

public sealed class OriginRuleTests
{
    private readonly OriginRule _rule = new(Options.Create(new HttpOptions { AllowedOrigins = "https://allowed.com, http://localhost:5173" }));

    [Theory]
    [InlineData(null)]
    [InlineData("https://allowed.com")]
    [InlineData("http://localhost:5173")]
    [InlineData("https://meet.example")] // ourselves
    public void Our_own_pages_listed_pages_and_programs_may(string? origin) => Assert.True(_rule.Allows(Request(origin)));

    [Theory]
    [InlineData("null")]
    [InlineData("https://evil.com")]
    [InlineData("https://sub.allowed.com.evil.com")]
    [InlineData("https://sub.allowed.com")]
    [InlineData("http://allowed.com")] // not https
    [InlineData("https://allowed.com:8443")]
    [InlineData("https://ALLOWED.com")] // no browser writes it so
    [InlineData("https://allowed.com/")]
    [InlineData("http://meet.example")] // we are reached over https
    [InlineData("https://meet.example:444")]
    [InlineData("https://meet.example.evil.com")]
    [InlineData("https://user@meet.example")]
    [InlineData("file://meet.example")]
    [InlineData("nonsense")]
    public void Everybody_else_may_not(string origin) => Assert.False(_rule.Allows(Request(origin)));

    [Fact]
    public void Two_origins_are_none() =>
        Assert.False(_rule.Allows(Request("https://allowed.com", "https://allowed.com")));

    [Theory]
    [InlineData("http://localhost:8080", "localhost:8080", true)]
    [InlineData("http://localhost:8081", "localhost:8080", false)]
    [InlineData("http://127.0.0.1:8080", "localhost:8080", false)]
    [InlineData("https://meet.example", "meet.example", true)] // a proxy ended TLS and did not say so
    [InlineData("http://meet.example", "meet.example", true)]
    public void Our_own_is_what_the_browser_asked_for(string origin, string host, bool allowed)
    {
        var request = Request(origin);
        request.Scheme = "http";
        request.Host = new HostString(host);

        Assert.Equal(allowed, _rule.Allows(request));
    }

    private static HttpRequest Request(params string?[] origins)
    {
        var request = new DefaultHttpContext().Request;
        request.Scheme = "https";
        request.Host = new HostString("meet.example");
        request.Headers.Origin = origins;
        return request;
    }
}
