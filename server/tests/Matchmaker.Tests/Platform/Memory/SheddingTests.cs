using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Memory;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Platform.Memory;

public sealed class SheddingTests : IAsyncLifetime
{
    private const long Mb = 1024 * 1024;
    private readonly Gauge _gauge = new();
    private readonly Places _places = new();
    private readonly TestServer _server;

    public SheddingTests() => _server = TestServer.Start(
        settings: new() { ["MEMORY_LIMIT_MB"] = "1000", ["Memory:ShedRetrySeconds"] = "17" },
        services: services => services.AddSingleton<IMemoryGauge>(_gauge).AddSingleton<IKeptPlace>(_places));

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task While_memory_is_short_new_people_are_refused_and_told_when_to_come_back()
    {
        var guest = await _server.SignUp();
        Fill(990);

        var (status, problem) = await Post(_server.Http, "/api/auth/guest", new { name = "Bo", gender = "male", adult = true });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("unavailable", problem.GetProperty("code").GetString());
        Assert.Equal(17, problem.GetProperty("retryAfterSeconds").GetInt32());

        (status, problem) = await Post(guest.Http, "/api/auth/ticket", new { tab = "tab-1234" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal("server_full", problem.GetProperty("code").GetString());
        Assert.Equal(17, problem.GetProperty("retryAfterSeconds").GetInt32());
    }

    [Fact]
    public async Task Who_has_something_to_come_back_to_is_let_in_and_everybody_when_there_is_room_again()
    {
        var (kept, other) = (await _server.SignUp(), await _server.SignUp("Bo"));
        _places.Kept = kept.Id;
        Fill(990);

        Assert.Equal(HttpStatusCode.OK, (await Post(kept.Http, "/api/auth/ticket", new { tab = "tab-1234" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await other.Http.GetAsync("/api/me")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Post(other.Http, "/api/auth/ticket", new { tab = "tab-1234" })).Status);

        Fill(500);
        Assert.Equal(HttpStatusCode.OK, (await Post(other.Http, "/api/auth/ticket", new { tab = "tab-1234" })).Status);
    }

    [Fact]
    public void Searching_and_inviting_are_new_work_and_what_serves_those_who_are_here_is_not() => Assert.Equal(
        ["Invite", "JoinQueue"],
        typeof(MatchmakerHub).GetMethods().Where(m => m.IsDefined(typeof(NewWorkAttribute))).Select(m => m.Name).Order());

    [Fact]
    public void A_hub_method_that_is_new_work_is_refused_and_another_is_not()
    {
        var shedding = _server.Services.GetRequiredService<Shedding>();
        var (join, end) = (Method("JoinQueue"), Method("EndCall"));
        Assert.Null(shedding.Judge(join));

        Fill(990);

        Assert.Equal("unavailable", shedding.Judge(join)!.Code);
        Assert.Null(shedding.Judge(end));
    }

    private static MethodInfo Method(string name) => typeof(MatchmakerHub).GetMethod(name)!;

    private void Fill(int mb)
    {
        _gauge.Rss = mb * Mb;
        _server.Services.GetRequiredService<MemoryManager>().Look();
    }

    private static async Task<(HttpStatusCode Status, JsonElement Body)> Post(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsJsonAsync(path, body);
        return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonElement>());
    }

    private sealed class Gauge : IMemoryGauge
    {
        public long Rss { get; set; } = 100 * Mb;

        public long Limit => 2000 * Mb;

        public MemoryReading Read() => new(Rss, Rss / 2, Rss / 2, Limit);

        public void Collect()
        {
        }
    }

    private sealed class Places : IKeptPlace
    {
        public Guid Kept { get; set; }

        public bool IsKept(Guid userId) => userId == Kept;
    }
}
