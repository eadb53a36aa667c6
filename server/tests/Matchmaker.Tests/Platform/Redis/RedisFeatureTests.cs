using System.Text.Json;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Redis;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Matchmaker.Tests.Platform.Redis;

public sealed class RedisFeatureTests
{
    private const string Database = "postgres://u:p@127.0.0.1/d";

    [Theory]
    [InlineData("", "", true)]
    [InlineData("", Database, true)]
    [InlineData("redis://127.0.0.1", Database, false)]
    public void Without_a_Redis_the_server_is_by_itself(string redis, string database, bool alone)
    {
        using var services = Build(redis, database);

        services.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal(alone, services.GetRequiredService<ICarrier>().IsAlone);
    }

    [Theory]
    [InlineData("127.0.0.1:6379", Database, "REDIS_URL must look like")]
    [InlineData("redis://127.0.0.1", "", "REDIS_URL needs DATABASE_URL")]
    public void A_Redis_that_is_of_no_use_stops_the_start(string redis, string database, string expected)
    {
        using var services = Build(redis, database);

        var e = Assert.Throws<OptionsValidationException>(services.GetRequiredService<IStartupValidator>().Validate);

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(string redis, string database)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("REDIS_URL", redis), new("DATABASE_URL", database)]).Build());
        services.AddSingleton<Matchmaker.Platform.Lifetime.InstanceIdentity>();
        services.AddSingleton<ICarrier, AloneCarrier>();
        services.AddPostgres();
        services.AddRedis();
        return services.BuildServiceProvider();
    }
}

/// <summary>A server whose Redis is not there.</summary>
[Trait("Category", "Postgres")]
public sealed class RedisAwayTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    [Fact]
    public async Task It_takes_visitors_and_says_that_it_is_degraded()
    {
        await using var server = TestServer.Start(
            database.Url, new Dictionary<string, string> { ["REDIS_URL"] = $"redis://127.0.0.1:{TestRedis.FreePort()}" });

        using var answer = await server.Http.GetAsync("/health/ready");
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(("degraded", "redis"), (body.GetProperty("status").GetString(), body.GetProperty("reasons")[0].GetString()));
        Assert.NotEqual("", (await server.SignUp()).Token);
    }
}
