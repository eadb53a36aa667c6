using System.Net;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Platform.Telemetry;

public sealed class HealthTests
{
    private const string Away = "postgres://nobody@127.0.0.1:1/none";

    [Fact]
    public async Task A_server_that_has_started_is_ready()
    {
        await using var server = await EdgeServer.Start();

        var (status, body, _) = await server.Send(HttpMethod.Get, "/health/ready");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"status":"ok","reasons":[]}""", body.GetRawText());
    }

    [Fact]
    public async Task The_time_it_is_up_is_counted_from_its_start_and_not_from_the_first_question()
    {
        var time = new FakeTime();
        await using var server = await EdgeServer.Start(time: time);

        time.Advance(TimeSpan.FromSeconds(90));

        Assert.Equal(90, (await server.Send(HttpMethod.Get, "/health")).Body.GetProperty("uptimeSeconds").GetInt64());
    }

    [Fact]
    public async Task A_server_that_drains_is_alive_but_not_ready()
    {
        await using var server = await EdgeServer.Start();

        server.Services.GetRequiredService<Lifecycle>().Drain();

        Assert.Equal(HttpStatusCode.OK, (await server.Send(HttpMethod.Get, "/health/live")).Status);
        var (status, body, _) = await server.Send(HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("""{"status":"not_ready","reasons":["draining"]}""", body.GetRawText());
    }

    [Fact]
    public async Task A_server_without_its_database_is_alive_but_not_ready_and_says_try_again()
    {
        await using var server = await EdgeServer.Start(new() { ["DATABASE_URL"] = Away });

        Assert.Equal(HttpStatusCode.OK, (await server.Send(HttpMethod.Get, "/health/live")).Status);
        var (status, body, _) = await server.Send(HttpMethod.Get, "/health/ready");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("""{"status":"not_ready","reasons":["database"]}""", body.GetRawText());

        // Nor is anybody told that their session has ended: nobody knows.
        var token = new string('A', 43);
        (status, body, _) = await server.Send(HttpMethod.Get, "/api/me", token: token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("unavailable", body.GetProperty("code").GetString());
        Assert.Equal(HttpStatusCode.OK, (await server.Send(HttpMethod.Get, "/health", token: token)).Status);
    }

    [Fact]
    public async Task The_operator_sees_the_figures_and_others_the_status()
    {
        await using var server = await EdgeServer.Start(new() { ["OPERATOR_TOKEN"] = "s3cret" });
        foreach (var path in new[] { "/health", "/api/health" })
        {
            var (_, full, _) = await server.Send(HttpMethod.Get, path, token: "s3cret");
            Assert.EndsWith(" MB", full.GetProperty("memory").GetProperty("rss").GetString(), StringComparison.Ordinal);
            Assert.EndsWith("%", full.GetProperty("memory").GetProperty("usage").GetString(), StringComparison.Ordinal);
            Assert.Equal(300, full.GetProperty("cache").GetProperty("sessions").GetProperty("maxSize").GetInt32());
            Assert.Equal(200, full.GetProperty("cache").GetProperty("users").GetProperty("maxSize").GetInt32());
            Assert.Equal(1, full.GetProperty("requests").GetProperty("active").GetInt32());
            Assert.Equal("embedded", full.GetProperty("database").GetString());

            var (_, summary, _) = await server.Send(HttpMethod.Get, path, token: "wrong");
            Assert.Equal(["status", "timestamp"], summary.EnumerateObject().Select(p => p.Name));
        }
    }

    [Fact]
    public async Task The_cache_counts_what_really_happened()
    {
        await using var server = await EdgeServer.Start();
        var token = (await server.Send(HttpMethod.Post, "/api/auth/guest", new { name = "Ada", gender = "female", adult = true }))
            .Body.GetProperty("token").GetString();
        for (var i = 0; i < 4; i++)
        {
            await server.Send(HttpMethod.Get, "/api/me", token: token);
        }

        var sessions = (await server.Send(HttpMethod.Get, "/health")).Body.GetProperty("cache").GetProperty("sessions");

        Assert.Equal((1, 3, 1), (sessions.GetProperty("size").GetInt32(), sessions.GetProperty("hits").GetInt32(), sessions.GetProperty("misses").GetInt32()));
        Assert.Equal("75.0%", sessions.GetProperty("hitRate").GetString());
    }

    [Fact]
    public async Task The_version_names_build_and_instance()
    {
        await using var server = await EdgeServer.Start(new() { ["RAILWAY_REPLICA_ID"] = "replica-7" });

        var (_, body, _) = await server.Send(HttpMethod.Get, "/version");

        Assert.Matches(@"^\d+\.\d+\.\d+", body.GetProperty("version").GetString()!);
        Assert.Equal("replica-7", body.GetProperty("instance").GetString());
    }
}

[Trait("Category", "Postgres")]
public sealed class DatabaseReadinessTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task A_database_that_lacks_a_migration_is_not_ready_until_it_has_it()
    {
        await database.Database.Execute("alter table migration rename to elsewhere");
        await using var server = await EdgeServer.Start(new() { ["DATABASE_URL"] = database.Url });

        Assert.Equal("not_migrated", (await server.Send(HttpMethod.Get, "/health/ready")).Body.GetProperty("reasons")[0].GetString());
        await database.Database.Execute("alter table elsewhere rename to migration");

        var status = HttpStatusCode.ServiceUnavailable;
        for (var i = 0; i < 50 && status != HttpStatusCode.OK; i++)
        {
            await Task.Delay(100);
            status = (await server.Send(HttpMethod.Get, "/health/ready")).Status;
        }

        Assert.Equal(HttpStatusCode.OK, status);
    }
}
