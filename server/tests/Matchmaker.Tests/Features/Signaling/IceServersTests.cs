using Matchmaker.Features.Calls;
using Matchmaker.Features.Signaling;
using Matchmaker.Platform.Http;
using Matchmaker.Tests.Invariants;
using Matchmaker.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Features.Signaling;

public sealed class IceServersTests : IAsyncDisposable
{
    private const string Secret = "a secret of the tests";

    private readonly TurnStub _stub = new();

    public ValueTask DisposeAsync() => _stub.DisposeAsync();

    private string Url => $"turn:{_stub.Address}";

    /// <summary>The password is what openssl dgst -sha1 -hmac makes of the name.</summary>
    [Fact]
    public void A_password_of_coturn_is_the_hmac_of_expiry_and_user()
    {
        var source = new CoturnIceServerSource([TurnUrl.Parse(Url)!], Secret);
        var server = source.Admit("ann", source.Urls, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        Assert.Equal(("1700000000:ann", "fmzoNFmS9jOuY44Ei43+88sxHXg="), (server.Username, server.Credential));
    }

    [Fact]
    public async Task Somebody_in_a_call_is_given_credentials_for_as_long_as_a_call_can_last()
    {
        await using var world = await Begin(o => o.TurnSecret = Secret);
        var user = await InCall(world);

        var answer = (await world.Get<IceServers>().For(user)).Value!;

        var server = Assert.Single(answer.IceServers);
        Assert.Equal(("coturn", Url), (answer.Provider, Assert.Single(server.Urls)));
        Assert.Equal($"{answer.ExpiresAt.ToUnixTimeSeconds()}:{WireId.Format(user)}", server.Username);
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromMinutes(45), answer.ExpiresAt);
    }

    [Fact]
    public async Task Static_credentials_are_handed_on()
    {
        await using var world = await Begin(o => (o.TurnUsername, o.TurnCredential) = ("everybody", "password"));
        var answer = (await world.Get<IceServers>().For(await InCall(world))).Value!;
        Assert.Equal("static", answer.Provider);
        Assert.Equal([("everybody", "password")], answer.IceServers.Select(s => (s.Username, s.Credential)));
    }

    [Fact]
    public async Task Outside_of_a_call_and_after_it_there_are_no_credentials()
    {
        await using var world = await Begin(o => o.TurnSecret = Secret);
        var stranger = await world.Enter();
        var answer = (await world.Get<IceServers>().For(stranger.Id)).Value!;
        Assert.Equal(("coturn", 0), (answer.Provider, answer.IceServers.Count));

        var user = await InCall(world);
        await world.Ending.End(world.Get<LiveCalls>().OfUser(user)!, EndReason.Hangup);
        Assert.Empty((await world.Get<IceServers>().For(user)).Value!.IceServers);
    }

    [Fact]
    public async Task A_user_is_given_credentials_six_times_a_minute()
    {
        await using var world = await Begin(o => o.TurnSecret = Secret);
        var servers = world.Get<IceServers>();
        var (user, other) = (await InCall(world), await InCall(world));
        for (var n = 0; n < 6; n++)
        {
            Assert.Null((await servers.For(user)).No);
        }

        var no = (await servers.For(user)).No!;
        Assert.Equal(("rate_limited", 429), (no.Code, no.Status));
        Assert.InRange(no.RetryAfterSeconds!.Value, 1, 60);
        Assert.Null((await servers.For(other)).No);

        ((FakeTime)world.Time).Advance(TimeSpan.FromSeconds(no.RetryAfterSeconds.Value));
        Assert.Null((await servers.For(user)).No);
    }

    [Fact]
    public async Task What_gives_no_credentials_is_not_counted()
    {
        await using var world = await Begin(o => o.TurnSecret = Secret);
        var stranger = await world.Enter();
        for (var n = 0; n < 20; n++)
        {
            Assert.Null((await world.Get<IceServers>().For(stranger.Id)).No);
        }

        Assert.Equal(0, world.Get<IceServers>().Rates.Keys);
    }

    [Fact]
    public async Task While_no_relay_works_people_are_told_where_to_ask_for_their_address()
    {
        await using var world = await Begin(o =>
        {
            o.TurnSecret = Secret;
            o.StunUrls.Add("stun:stun.example.org");
        });
        var (user, watch) = (await InCall(world), world.Get<TurnWatch>());
        _stub.Code = 401;
        await watch.Look(default);

        var answer = (await world.Get<IceServers>().For(user)).Value!;
        Assert.Equal("stun", answer.Provider);
        Assert.Equal(["stun:stun.example.org", $"stun:{_stub.Address}"], Assert.Single(answer.IceServers).Urls);
        Assert.Null(answer.IceServers[0].Credential);
        Assert.Equal(world.Time.GetUtcNow() + TimeSpan.FromMinutes(1), answer.ExpiresAt);

        _stub.Code = TurnStub.Yes;
        await watch.Look(default);
        var back = (await world.Get<IceServers>().For(user)).Value!;
        Assert.Equal(("coturn", 2), (back.Provider, back.IceServers.Count));
    }

    [Theory]
    [InlineData(null, "none")]
    [InlineData("stun:stun.example.org", "stun")]
    public async Task Without_a_relay_there_is_stun_or_nothing(string? stun, string provider)
    {
        await using var world = await World.InMemory(services => services.Configure<SignalingOptions>(o =>
        {
            if (stun is not null)
            {
                o.StunUrls.Add(stun);
            }
        }));
        var answer = (await world.Get<IceServers>().For(await InCall(world))).Value!;
        Assert.Equal((provider, stun), (answer.Provider, answer.IceServers.SelectMany(s => s.Urls).SingleOrDefault()));
    }

    private Task<World> Begin(Action<SignalingOptions> configure) => World.InMemory(services => services.Configure<SignalingOptions>(o =>
    {
        o.TurnUrls.Add(Url);
        configure(o);
    }));

    private static async Task<Guid> InCall(World world)
    {
        var (a, b) = (await world.Enter(), await world.Enter());
        await world.Calls.Start([World.Pair(a, b)], epoch: null, CallOrigin.Invite);
        return a.Id;
    }
}
