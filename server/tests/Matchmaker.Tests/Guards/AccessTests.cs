using System.Net;
using System.Text;
using System.Text.Json;
using Matchmaker.Features.Admin;
using Matchmaker.Platform.Http;
using Matchmaker.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.StaticAssets;
using Microsoft.Extensions.DependencyInjection;

namespace Matchmaker.Tests.Guards;

/// <summary>
/// Every door by everybody who may knock at it. A route or hub method without a row fails: whoever adds one says who may use
/// it, and here it is tried. Let in is whoever is not turned away at the door; what a route then says to a body of nothing is
/// tested elsewhere.
/// </summary>
public sealed class AccessTests(AccessWorld world) : IClassFixture<AccessWorld>
{
    private const string NoId = "AAAAAAAAAAAAAAAAAAAAAA";
    private static readonly string[] _turnedAway = ["session_ended", "admin_session_ended", "forbidden", "banned"];

    private enum Who
    {
        Anyone,
        User,

        /// <summary>What somebody who is banned needs: to appeal, to leave, to take their data along.</summary>
        UserAlsoBanned,
        Operator,
        Viewer,
        Moderator,
        Senior,
        Admin,
    }

    private static readonly Dictionary<string, Door> _routes = new()
    {
        ["POST /api/auth/guest"] = new(Who.Anyone),
        ["POST /api/auth/ticket"] = new(Who.User),
        ["POST /api/auth/logout"] = new(Who.UserAlsoBanned, Fresh: true),
        ["GET /api/me"] = new(Who.User),
        ["PATCH /api/me"] = new(Who.User),
        ["DELETE /api/me"] = new(Who.UserAlsoBanned, Fresh: true),
        ["GET /api/me/standing"] = new(Who.UserAlsoBanned),
        ["GET /api/me/export"] = new(Who.UserAlsoBanned),
        ["POST /api/appeals"] = new(Who.UserAlsoBanned),
        ["POST /api/measures/{measureId}/seen"] = new(Who.User, async w => WireId.Format(await w.Warn(w.User(Caller.User)))),
        ["GET /api/lobby"] = new(Who.User),
        ["GET /api/history"] = new(Who.User),
        ["GET /api/history/{callId}"] = new(Who.User),
        ["GET /api/ice-servers"] = new(Who.User),
        ["GET /api/blocks"] = new(Who.User),
        ["PUT /api/blocks/{userId}"] = new(Who.User),
        ["DELETE /api/blocks/{userId}"] = new(Who.User),
        ["POST /api/reports"] = new(Who.User),
        ["GET /api/stats/live"] = new(Who.Anyone),
        ["GET /health"] = new(Who.Anyone),
        ["GET /api/health"] = new(Who.Anyone),
        ["GET /health/live"] = new(Who.Anyone),
        ["GET /health/ready"] = new(Who.Anyone),
        ["GET /version"] = new(Who.Anyone),
        ["GET /metrics"] = new(Who.Operator),
        ["GET /api/monitoring/memory"] = new(Who.Operator),
        ["POST /api/monitoring/memory"] = new(Who.Operator),
        ["GET /api/health/memory"] = new(Who.Operator),
        ["POST /api/cleanup/aggressive"] = new(Who.Operator),
        ["POST /api/cache/clear"] = new(Who.Operator),
        ["GET /api/operator/admins"] = new(Who.Operator),
        ["POST /api/operator/admins"] = new(Who.Operator),
        ["POST /api/admin/login"] = new(Who.Anyone),
        ["POST /api/admin/logout"] = new(Who.Viewer, Fresh: true),
        ["GET /api/admin/me"] = new(Who.Viewer),
        ["GET /api/admin/sessions"] = new(Who.Viewer),
        ["DELETE /api/admin/sessions/{sessionId}"] = new(Who.Viewer),
        ["POST /api/admin/password"] = new(Who.Viewer),
        ["GET /api/admin/cases"] = new(Who.Viewer),
        ["GET /api/admin/cases/{caseId}"] = new(Who.Viewer),
        ["POST /api/admin/cases/{caseId}/claim"] = new(Who.Moderator),
        ["POST /api/admin/cases/{caseId}/release"] = new(Who.Moderator),
        ["POST /api/admin/cases/{caseId}/close"] = new(Who.Moderator),
        ["POST /api/admin/cases/{caseId}/chat"] = new(Who.Moderator),
        ["GET /api/admin/stats"] = new(Who.Viewer),
        ["GET /api/admin/users"] = new(Who.Viewer),
        ["GET /api/admin/users/{userId}"] = new(Who.Viewer),
        ["POST /api/admin/users/{userId}/measures"] = new(Who.Moderator),
        ["DELETE /api/admin/measures/{measureId}"] = new(Who.Moderator),
        ["GET /api/admin/appeals"] = new(Who.Viewer),
        ["POST /api/admin/appeals/{appealId}/decide"] = new(Who.Senior),
        ["GET /api/admin/address-bans"] = new(Who.Senior),
        ["GET /api/admin/address-bans/reach"] = new(Who.Senior),
        ["POST /api/admin/address-bans"] = new(Who.Senior),
        ["DELETE /api/admin/address-bans/{banId}"] = new(Who.Senior),
        ["GET /api/admin/audit"] = new(Who.Senior),
        ["GET /api/admin/audit/verify"] = new(Who.Senior),
        ["GET /api/admin/audit/export"] = new(Who.Senior),
        ["GET /api/admin/accounts"] = new(Who.Admin),
        ["POST /api/admin/accounts"] = new(Who.Admin),
        ["PATCH /api/admin/accounts/{adminId}"] = new(Who.Admin),
    };

    /// <summary>What a stranger hears who knows the id of somebody else's call or invite; null: it is nobody's.</summary>
    private static readonly Dictionary<string, Method> _methods = new()
    {
        ["Resume"] = new(null),
        ["SetAvailable"] = new(null, true),
        ["WatchLobby"] = new(null),
        ["UnwatchLobby"] = new(null),
        ["JoinQueue"] = new(null),
        ["LeaveQueue"] = new(null),
        ["Invite"] = new(null, NoId, 60),
        ["ExtendInvite"] = new("invite_gone"),
        ["RescindInvite"] = new("invite_gone"),
        ["DeclineInvite"] = new("invite_gone") { IsInvitedsOwn = true },
        ["AcceptInvite"] = new("invite_gone", 60) { IsInvitedsOwn = true },
        ["Signal"] = new("not_in_call", "ice", "x"),
        ["SendChat"] = new("not_in_call", "a-line", "Hello"),
        ["ShareSocials"] = new("not_in_call", new Dictionary<string, string> { ["web"] = "example.org" }),
        ["EndCall"] = new("not_in_call"),
        ["Next"] = new("not_in_call"),
    };

    public static TheoryData<Caller> Callers => [.. Enum.GetValues<Caller>()];

    [Fact]
    public void Every_route_has_a_row_and_no_other_has() => Guard.Same(Routes().Select(r => r.Route), _routes.Keys);

    [Fact]
    public void Every_hub_and_method_has_a_row_and_no_other_has()
    {
        Guard.Same(HubTests.Methods.Select(m => m.Name), _methods.Keys);
        Guard.None(HubTests.MethodsOf(typeof(AdminHub)).Select(m => $"The console's hub has a method without a row: {m.Name}"));
        Guard.Same(
            Endpoints().Where(e => e.Metadata.GetMetadata<HubMetadata>() is not null).Select(e => e.RoutePattern.RawText!.Split("/negotiate")[0]).Distinct(),
            ["/hub", "/hubs/admin"]);
    }

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task A_route_lets_in_whom_it_is_for_and_nobody_else(Caller caller)
    {
        var faults = new List<string>();
        foreach (var (route, door) in _routes)
        {
            var expected = Expected(door.Who, caller);
            var said = await Knock(route, await world.Credential(caller, door.Fresh), NoId);
            if ((expected is null && _turnedAway.Contains(said.Code)) || (expected is not null && said.Code != expected))
            {
                faults.Add($"{route} by {caller}: {said.Status} {said.Code}, expected {expected ?? "to be let in"}");
            }
        }

        Guard.None(faults);
    }

    /// <summary>Also past the door: what is somebody else's is not there.</summary>
    [Fact]
    public async Task A_route_shows_nobody_what_is_somebody_elses()
    {
        foreach (var (route, door) in _routes.Where(r => r.Value.Own is not null))
        {
            var id = await door.Own!(world);
            Assert.Equal((route, "not_found"), (route, (await Knock(route, await world.Credential(Caller.OtherUser), id)).Code));
            Assert.InRange((await Knock(route, await world.Credential(Caller.User), id)).Status, 200, 299);
        }

        var (inviter, invited, callId, who) = await world.Call();
        await inviter.Ok("EndCall", callId);
        await using var a = inviter;
        await using var b = invited;
        Assert.Equal("not_found", (await Knock("GET /api/history/{callId}", await world.Credential(Caller.OtherUser), callId)).Code);
        Assert.Equal(200, (await Knock("GET /api/history/{callId}", ("Authorization", $"Bearer {who.Token}"), callId)).Status);
    }

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task A_hub_lets_in_whom_it_is_for_and_nobody_else(Caller caller)
    {
        var credential = await world.Credential(caller);
        (string, string)[] headers = [("Origin", Origin), .. credential is { } c ? new[] { c } : []];

        // Nothing but a hub ticket opens the users' hub.
        Assert.Equal(401, (await TestHub.Open(world.Server, "/hub", headers)).Status);
        var (console, status) = await TestHub.Open(world.Server, "/hubs/admin", headers);
        await using (console)
        {
            Assert.Equal(Expected(Who.Viewer, caller) is null ? 101 : 401, status);
        }

        // A page of somebody else's, with the admin's own cookie.
        Assert.Equal(403, (await TestHub.Open(world.Server, "/hubs/admin", [("Origin", "https://evil.example"), .. headers.Skip(1)])).Status);
        Assert.Equal(403, (await TestHub.Open(world.Server, "/hubs/admin", [.. headers.Skip(1)])).Status);
    }

    [Fact]
    public async Task A_method_does_nothing_with_what_is_somebody_elses()
    {
        await using var stranger = await TestHub.Open(world.Server, world.User(Caller.OtherUser));
        foreach (var (name, method) in _methods.Where(m => m.Value.Stranger is null))
        {
            var reply = await stranger.Invoke(name, method.Arguments.Length == 0 && HubTests.Methods.Single(m => m.Name == name)
                .GetParameters().Any(p => p.Name is "request" or "wishes") ? [null] : method.Arguments);
            Assert.True(name == "Invite" || reply.GetProperty("ok").GetBoolean(), $"{name}: {reply}");
        }

        foreach (var (name, method) in _methods.Where(m => m.Value.Stranger is not null))
        {
            var (inviter, invited, id, _) = method.Stranger == "invite_gone" ? await world.Invite() : await world.Call();
            await using var a = inviter;
            await using var b = invited;
            object?[] arguments = [id, .. method.Arguments];
            Assert.Equal((name, method.Stranger), (name, (await stranger.Invoke(name, arguments)).GetProperty("error").GetProperty("code").GetString()));
            if (method.Stranger == "invite_gone")
            {
                // Nor does the other side of an invite what is this one's to do.
                var wrong = await (method.IsInvitedsOwn ? inviter : invited).Invoke(name, arguments);
                Assert.Equal((name, method.Stranger), (name, wrong.GetProperty("error").GetProperty("code").GetString()));
            }

            await (method.IsInvitedsOwn ? invited : inviter).Ok(name, arguments);
        }
    }

    private string Origin => world.Server.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>The code with which somebody is turned away; null: they are let in.</summary>
    private static string? Expected(Who who, Caller caller) => who switch
    {
        Who.Anyone => null,
        Who.User when caller == Caller.BannedUser => "banned",
        Who.User or Who.UserAlsoBanned => caller is Caller.User or Caller.OtherUser or Caller.BannedUser ? null : "session_ended",
        Who.Operator => caller == Caller.Operator ? null : "forbidden",
        _ when caller is not (Caller.Viewer or Caller.Moderator or Caller.Senior or Caller.Admin) => "admin_session_ended",
        _ => Role(caller.ToString()) >= Role(who.ToString()) ? null : "forbidden",
    };

    private static AdminRole Role(string name) => Enum.Parse<AdminRole>(name);

    private async Task<(int Status, string? Code)> Knock(string route, (string Name, string Value)? credential, string id)
    {
        var (method, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        path = path.Contains('{') ? $"{path[..path.IndexOf('{')]}{id}{path[(path.IndexOf('}') + 1)..]}" : path;
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method != "GET")
        {
            request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
        }

        request.Headers.Add("Origin", Origin);
        if (credential is { } c)
        {
            request.Headers.Add(c.Name, c.Value);
        }

        using var answer = await world.Server.Http.SendAsync(request);
        var isProblem = answer.Content.Headers.ContentType?.MediaType == "application/problem+json";
        return ((int)answer.StatusCode, isProblem
            ? JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString()
            : answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "no code" : null);
    }

    private IEnumerable<RouteEndpoint> Endpoints() =>
        world.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    private IEnumerable<(string Route, RouteEndpoint Endpoint)> Routes() =>
        from endpoint in Endpoints()
        where endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is null && endpoint.Metadata.GetMetadata<HubMetadata>() is null
            && endpoint.RoutePattern.Parameters.All(p => !p.IsCatchAll) // files of the pages
        from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["ANY"]
        select ($"{method} /{endpoint.RoutePattern.RawText!.Trim('/')}", endpoint);

    /// <param name="Own">Makes something of the user's and tells its id.</param>
    /// <param name="Fresh">Behind it a session or an account ends: by somebody new.</param>
    private sealed record Door(Who Who, Func<AccessWorld, Task<string>>? Own = null, bool Fresh = false);

    private sealed record Method(string? Stranger, params object?[] Arguments)
    {
        /// <summary>By the invited one, or by the inviter.</summary>
        public bool IsInvitedsOwn { get; init; }
    }
}
