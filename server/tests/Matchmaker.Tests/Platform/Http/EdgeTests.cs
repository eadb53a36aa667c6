using System.Net;
using System.Net.Sockets;
using System.Text;
using Matchmaker.Platform.Http;
using Matchmaker.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Matchmaker.Tests.Platform.Http;

/// <summary>Limits, headers, origins, rates and compression, over a real socket.</summary>
public sealed class EdgeTests
{
    private static readonly object _ada = new { name = "Ada", gender = "female", adult = true };

    [Theory]
    [InlineData(1000, false)]
    [InlineData(1023, false)]
    [InlineData(1024, true)]
    [InlineData(1025, true)]
    [InlineData(50_000, true)]
    public async Task An_answer_is_compressed_from_a_kilobyte(int bytes, bool isCompressed)
    {
        const int envelope = 11; // {"text":""}
        await using var server = await EdgeServer.Start(routes: app =>
        {
            app.MapGet("/api/text", () => new { Text = new string('x', bytes - envelope) });
            app.MapGet("/api/auth/text", () => new { Text = new string('x', bytes - envelope) });
        });

        foreach (var encoding in new[] { "br", "gzip" })
        {
            var (_, _, answer) = await server.Send(HttpMethod.Get, "/api/text", headers: [("Accept-Encoding", encoding)]);
            Assert.Equal(isCompressed ? [encoding] : [], answer.Content.Headers.ContentEncoding);
            var length = (await answer.Content.ReadAsByteArrayAsync()).Length;
            Assert.True(isCompressed ? length < bytes / 2 : length == bytes);
        }

        // Beside a secret nothing is compressed, and nothing for who did not ask.
        Assert.Empty((await server.Send(HttpMethod.Get, "/api/auth/text", headers: [("Accept-Encoding", "br")])).Answer.Content.Headers.ContentEncoding);
        var (_, body, _) = await server.Send(HttpMethod.Get, "/api/text");
        Assert.Equal(bytes - envelope, body.GetProperty("text").GetString()?.Length);
    }

    [Fact]
    public async Task Every_answer_tells_a_browser_what_not_to_do()
    {
        await using var server = await EdgeServer.Start();
        foreach (var path in new[] { "/health/live", "/api/me", "/nothing" })
        {
            var (_, _, answer) = await server.Send(HttpMethod.Get, path);

            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
            Assert.False(answer.Headers.Contains("Server"));
            Assert.False(answer.Headers.Contains("Strict-Transport-Security")); // this is http
        }

        Assert.True((await server.Send(HttpMethod.Get, "/api/me")).Answer.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task Https_is_asked_for_when_the_proxy_says_that_there_is_one()
    {
        await using var server = await EdgeServer.Start(new() { ["CLIENT_IP_HEADER"] = "X-Real-IP" });

        var (_, _, answer) = await server.Send(HttpMethod.Get, "/health/live", headers: [("X-Forwarded-Proto", "https")]);

        Assert.True(answer.Headers.Contains("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Listed_pages_may_read_answers_and_ask_once_a_day()
    {
        await using var server = await EdgeServer.Start(new() { ["ALLOWED_ORIGINS"] = "https://app.example" });
        var (status, _, preflight) = await server.Send(HttpMethod.Options, "/api/me", headers:
        [
            ("Origin", "https://app.example"), ("Access-Control-Request-Method", "PATCH"),
            ("Access-Control-Request-Headers", "authorization,content-type"),
        ]);

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal("https://app.example", preflight.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("86400", preflight.Headers.GetValues("Access-Control-Max-Age").Single());
        Assert.False(preflight.Headers.Contains("Access-Control-Allow-Credentials"));
        var (_, _, refused) = await server.Send(HttpMethod.Get, "/api/me", headers: [("Origin", "https://app.example")]);
        Assert.Equal("https://app.example", refused.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("https://evil.com")]
    [InlineData("https://app.example.evil.com")]
    [InlineData("http://app.example")]
    [InlineData("null")]
    public async Task Other_pages_may_not(string origin)
    {
        await using var server = await EdgeServer.Start(new() { ["ALLOWED_ORIGINS"] = "https://app.example" });
        foreach (var method in new[] { HttpMethod.Options, HttpMethod.Get })
        {
            var (_, _, answer) = await server.Send(
                method, "/api/me", headers: [("Origin", origin), ("Access-Control-Request-Method", "GET")]);

            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task A_user_is_limited_and_told_when_to_come_back_while_others_go_on()
    {
        await using var server = await EdgeServer.Start(new() { ["RateLimits:RequestsPerMinutePerUser"] = "10" });
        var (mine, other) = (await SignUp(server), await SignUp(server));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(HttpStatusCode.OK, (await server.Send(HttpMethod.Get, "/api/me", token: mine)).Status);
        }

        var (status, body, answer) = await server.Send(HttpMethod.Get, "/api/me", token: mine);

        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        Assert.Equal("rate_limited", body.GetProperty("code").GetString());
        Assert.InRange(body.GetProperty("retryAfterSeconds").GetInt32(), 1, 60);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.OK, (await server.Send(HttpMethod.Get, "/api/me", token: other)).Status);
    }

    [Theory]
    [InlineData("/api/auth/guest")]
    [InlineData("/api/auth/guest/")]
    [InlineData("/API/Auth/Guest")]
    public async Task Guests_of_one_address_are_limited_however_they_write_the_path(string path)
    {
        await using var server = await EdgeServer.Start(new()
        {
            ["RateLimits:GuestsPerMinutePerAddress"] = "2",
            ["CLIENT_IP_HEADER"] = "X-Real-IP",
        });

        async Task<HttpStatusCode> From(string address) =>
            (await server.Send(HttpMethod.Post, path, _ada, headers: [("X-Real-IP", address)])).Status;

        Assert.Equal(HttpStatusCode.Created, await From("2001:db8::1"));
        Assert.Equal(HttpStatusCode.Created, await From("2001:db8::2"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await From("2001:db8::3")); // the same household
        Assert.Equal(HttpStatusCode.Created, await From("2001:db8:0:1::1"));
    }

    [Theory]
    [InlineData("127.0.0.1", "6.6.6.6, 203.0.113.7", "7.7.7.7, 203.0.113.7", HttpStatusCode.TooManyRequests)] // the left one is anybody's word
    [InlineData("127.0.0.1", "6.6.6.6, 203.0.113.7", "6.6.6.6, 203.0.113.8", HttpStatusCode.Created)]
    [InlineData("127.0.0.1", "203.0.113.7", "::ffff:203.0.113.7", HttpStatusCode.TooManyRequests)]
    [InlineData("127.0.0.1", "nonsense", "1", HttpStatusCode.TooManyRequests)] // both are the proxy
    [InlineData("::ffff:127.0.0.1, 10.0.0.0/8", "203.0.113.7, 10.1.1.1", "203.0.113.8, 10.1.1.1", HttpStatusCode.Created)]
    [InlineData("10.0.0.0/8", "203.0.113.7", "203.0.113.8", HttpStatusCode.TooManyRequests)] // who asks is no proxy of ours
    public async Task A_rate_is_that_of_the_client_whom_a_trusted_proxy_names(string proxies, string one, string other, HttpStatusCode status)
    {
        await using var server = await EdgeServer.Start(new()
        {
            ["RateLimits:GuestsPerMinutePerAddress"] = "1",
            ["CLIENT_IP_HEADER"] = "X-Forwarded-For",
            ["TRUSTED_PROXIES"] = proxies,
        });

        async Task<HttpStatusCode> From(string forwarded) =>
            (await server.Send(HttpMethod.Post, "/api/auth/guest", _ada, headers: [("X-Forwarded-For", forwarded)])).Status;

        Assert.Equal(HttpStatusCode.Created, await From(one));
        Assert.Equal(status, await From(other));
    }

    [Fact]
    public async Task An_address_is_limited_and_the_hosts_probes_are_not()
    {
        await using var server = await EdgeServer.Start(new() { ["RateLimits:RequestsPerMinutePerAddress"] = "10" });
        for (var i = 0; i < 10; i++)
        {
            await server.Send(HttpMethod.Get, "/api/me");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.Send(HttpMethod.Get, "/api/me")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await server.Send(HttpMethod.Get, "/health")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.Send(HttpMethod.Get, "/health/live")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.Send(HttpMethod.Get, "/health/ready")).Status);
    }

    [Fact]
    public async Task A_client_cannot_choose_its_address_when_no_header_is_set()
    {
        await using var server = await EdgeServer.Start(new() { ["RateLimits:GuestsPerMinutePerAddress"] = "1" });

        Assert.Equal(HttpStatusCode.Created, (await server.Send(HttpMethod.Post, "/api/auth/guest", _ada, headers: [("X-Real-IP", "1.1.1.1")])).Status);
        Assert.Equal(
            HttpStatusCode.TooManyRequests,
            (await server.Send(HttpMethod.Post, "/api/auth/guest", _ada, headers: [("X-Real-IP", "2.2.2.2"), ("X-Forwarded-For", "3.3.3.3")])).Status);
    }

    [Theory]
    [InlineData("GET /{4200} HTTP/1.1\r\nHost: a\r\n\r\n", "414")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: {17000}\r\n\r\n", "431")]
    [InlineData("POST /api/auth/guest HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "40")]
    public async Task Requests_that_are_too_much_are_refused_by_their_head(string request, string status)
    {
        await using var server = await EdgeServer.Start();
        foreach (var size in new[] { 4200, 17_000 })
        {
            request = request.Replace($"{{{size}}}", new string('x', size), StringComparison.Ordinal);
        }

        Assert.StartsWith($"HTTP/1.1 {status}", await Raw(server, request), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Headers_that_come_too_slowly_end_the_connection()
    {
        await using var server = await EdgeServer.Start(new() { ["Http:HeadersTimeout"] = "00:00:01" });

        Assert.StartsWith("HTTP/1.1 408", await Raw(server, "GET / HTTP/1.1\r\nHost: a\r\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_hardly_moves_ends_the_connection()
    {
        await using var server = await EdgeServer.Start(new() { ["Http:SlowFor"] = "00:00:02" });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        await client.GetStream().WriteAsync(
            "POST /api/auth/guest HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());
        var answer = reader.ReadLineAsync();
        for (var i = 0; i < 150 && !answer.IsCompleted; i++)
        {
            await client.GetStream().WriteAsync(" "u8.ToArray());
            await Task.Delay(200);
        }

        // Well within the 30 s of a request, and the thousand bytes are not here.
        Assert.StartsWith("HTTP/1.1 408", await answer.WaitAsync(TimeSpan.FromSeconds(10)), StringComparison.Ordinal);
    }

    /// <summary>Kestrel gives an answer the time that its bytes need at the lowest rate, so the time of a request comes first.</summary>
    [Fact]
    public async Task Whoever_does_not_take_an_answer_is_let_go()
    {
        var end = new TaskCompletionSource();
        await using var server = await EdgeServer.Start(new() { ["Http:RequestTimeout"] = "00:00:02" }, app => app.MapGet("/api/much", async (HttpContext context) =>
        {
            context.RequestAborted.Register(() => end.TrySetResult());
            var piece = new byte[64 * 1024];
            for (var i = 0; i < 159; i++)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
        }));
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        await client.GetStream().WriteAsync("GET /api/much HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());

        await end.Task.WaitAsync(TimeSpan.FromSeconds(30));

        var (got, buffer) = (0L, new byte[64 * 1024]);
        try
        {
            while (await client.GetStream().ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30)) is > 0 and var count)
            {
                got += count;
            }
        }
        catch (IOException)
        {
            // Cut off in the middle.
        }

        Assert.InRange(got, 1, 158 * buffer.Length);
    }

    [Fact]
    public async Task A_connection_without_a_request_ends()
    {
        await using var server = await EdgeServer.Start(new() { ["Http:IdleTimeout"] = "00:00:01" });
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        await client.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(client.GetStream());

        var all = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));

        Assert.StartsWith("HTTP/1.1 200", all, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HeldBackStream.MaxBytes, true)]
    [InlineData(HeldBackStream.MaxBytes + 1, false)]
    public async Task No_answer_is_longer_than_ten_megabytes(int bytes, bool isWhole)
    {
        await using var server = await EdgeServer.Start(routes: app => app.MapGet("/api/much", async (HttpContext context) =>
        {
            for (var left = bytes; left > 0; left -= 1_000_000)
            {
                await context.Response.Body.WriteAsync(new byte[Math.Min(left, 1_000_000)]);
            }
        }));

        var answer = Record.ExceptionAsync(async () => Assert.Equal(bytes, (await server.Http.GetByteArrayAsync("/api/much")).Length));

        Assert.Equal(isWhole, await answer is null);
    }

    [Fact]
    public async Task Of_more_connections_than_allowed_the_last_is_closed_unheard()
    {
        await using var server = await EdgeServer.Start(new() { ["Http:MaxTcpConnections"] = "100" });
        var open = new List<TcpClient>();
        for (var i = 0; i < 100; i++)
        {
            var client = new TcpClient();
            open.Add(client);
            await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
            await client.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
            Assert.NotEqual(0, await client.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        }

        Assert.Equal("", await Raw(server, "GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n"));
        open.ForEach(client => client.Dispose());
    }

    [Theory]
    [InlineData("PORT", "http")]
    [InlineData("PORT", "70000")]
    [InlineData("ALLOWED_ORIGINS", "https://a.example/")]
    [InlineData("TRUSTED_PROXIES", "ten")]
    [InlineData("CLIENT_IP_HEADER", "Forwarded")]
    [InlineData("RATE_LIMITS", "maybe")]
    [InlineData("Http:MaxBodyBytes", "1")]
    [InlineData("Http:MaxBodyByte", "1000000")]
    [InlineData("Accounts:SessionLifetime", "00:00:01")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string key, string value)
    {
        var settings = new Dictionary<string, string?> { [key] = value };
        if (key == "PORT")
        {
            settings["urls"] = "";
        }

        var e = await Assert.ThrowsAnyAsync<Exception>(() => EdgeServer.Start(settings));

        Assert.Contains(key.Split(':')[^1], e.Message, StringComparison.Ordinal);
    }

    private static async Task<string> SignUp(EdgeServer server) =>
        (await server.Send(HttpMethod.Post, "/api/auth/guest", _ada)).Body.GetProperty("token").GetString()!;

    private static async Task<string> Raw(EdgeServer server, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(client.GetStream());
        return await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)) ?? "";
    }
}
