using System.Net;
using Matchmaker.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Platform.Http;

public sealed class OperatorAccessTests
{
    [Theory]
    [InlineData("Bearer s3cret", true)]
    [InlineData("bearer s3cret", true)]
    [InlineData("Bearer s3cre", false)]
    [InlineData("Bearer s3crets", false)]
    [InlineData("Bearer ", false)]
    [InlineData("Basic s3cret", false)]
    [InlineData("s3cret", false)]
    [InlineData(null, false)]
    public void With_a_token_set_only_its_bearer_is_the_operator(string? header, bool isOperator)
    {
        foreach (var environment in new[] { "Development", "Production" })
        {
            var context = Local();
            context.Request.Headers.Authorization = header;

            Assert.Equal(isOperator, Access("s3cret", environment).IsOperator(context));
        }
    }

    [Theory]
    [InlineData("Development", true)]
    [InlineData("Staging", true)]
    [InlineData("Production", false)]
    public void Without_a_token_this_machine_may_except_in_production(string environment, bool isOperator)
    {
        Assert.Equal(isOperator, Access(null, environment).IsOperator(Local()));
        Assert.Equal(isOperator, Access("", environment).IsOperator(Local()));
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost:8080", true)]
    [InlineData("::1", "[::1]:8080", true)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("192.168.0.2", "localhost:8080", false)]
    [InlineData("127.0.0.1", "rebound.evil.com:8080", false)]
    [InlineData("127.0.0.1", "", false)]
    public void This_machine_means_loopback_under_a_local_name(string peer, string host, bool isOperator)
    {
        var context = Local();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Host = new HostString(host);

        Assert.Equal(isOperator, Access(null, "Development").IsOperator(context));
    }

    [Theory]
    [InlineData("X-Forwarded-For")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("Forwarded")]
    [InlineData("X-Real-IP")]
    [InlineData("Via")]
    [InlineData("X-Our-Edge")] // the configured one
    public void Whoever_came_through_a_proxy_is_not_at_this_machine(string header)
    {
        var context = Local();
        context.Request.Headers[header] = "127.0.0.1";

        Assert.False(Access(null, "Development").IsOperator(context));
    }

    [Theory]
    [InlineData("http://localhost:8080", true)]
    [InlineData("http://localhost:3000", false)]
    [InlineData("https://evil.com", false)]
    [InlineData("null", false)]
    public void A_foreign_page_is_not_the_operator_even_on_this_machine(string origin, bool isOperator)
    {
        var context = Local();
        context.Request.Headers.Origin = origin;

        Assert.Equal(isOperator, Access(null, "Development").IsOperator(context));
    }

    private static OperatorAccess Access(string? token, string environment) => new(
        Options.Create(new HttpOptions { OperatorToken = token, ClientIpHeader = "X-Our-Edge", AllowedOrigins = "http://localhost:3000" }),
        new Environment { EnvironmentName = environment });

    private static DefaultHttpContext Local()
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        context.Request.Scheme = "http";
        context.Request.Host = new HostString("localhost", 8080);
        return context;
    }

    private sealed class Environment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "";

        public string ApplicationName { get; set; } = "";

        public string ContentRootPath { get; set; } = "";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
