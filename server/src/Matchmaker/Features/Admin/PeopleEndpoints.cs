using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>People, measures, appeals and address bans. Living examples in <c>people.http</c>.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeople(this RouteGroupBuilder console)
    {
        console.MapGet("/users", async (ConsolePeople people, string? q = null) => Results.Ok(await people.Search(q)));
        console.MapGet("/users/{userId}", async (string userId, AdminLogin me, ConsolePeople people) =>
            Problems.Answer(await people.Find(me, WireId.Parse(userId)), Results.Ok));
        console.MapPost("/users/{userId}/measures", async (string userId, MeasureRequest request, AdminLogin me, ConsolePeople people) =>
            Problems.Answer(await people.Take(me, WireId.Parse(userId), request), Created)).RequireAdmin(AdminRole.Moderator);
        console.MapDelete("/measures/{measureId}", async (
            string measureId, [Microsoft.AspNetCore.Mvc.FromBody] LiftRequest? request, AdminLogin me, ConsolePeople people) =>
            Problems.Answer(await people.Lift(me, WireId.Parse(measureId), request), Results.Ok)).RequireAdmin(AdminRole.Moderator);
    }

    public static void MapAppeals(this RouteGroupBuilder console)
    {
        console.MapGet("/appeals", async (AdminLogin me, ConsoleAppeals appeals, QueryNumber<int> limit, string? state = null, string? cursor = null) =>
            state is null or "open" or "decided"
                ? Problems.Answer(await appeals.Page(me, state != "decided", limit.Value, cursor), Results.Ok)
                : Problems.From(CommonRefusals.InvalidArgument("state")));
        console.MapPost("/appeals/{appealId}/decide", async (
            string appealId, DecideAppealRequest request, AdminLogin me, ConsoleAppeals appeals) =>
            Problems.Answer(await appeals.Decide(me, WireId.Parse(appealId), request), Results.Ok)).RequireAdmin(AdminRole.Senior);
    }

    public static void MapAddressBans(this RouteGroupBuilder console)
    {
        var bans = console.MapGroup("/address-bans").RequireAdmin(AdminRole.Senior);
        bans.MapGet("", async (AdminLogin me, ConsoleAddressBans all, string? state = null) => state is null or "in_force" or "all"
            ? Results.Ok(await all.List(me, inForce: state != "all"))
            : Problems.From(CommonRefusals.InvalidArgument("state")));
        bans.MapGet("/reach", async (ConsoleAddressBans all, string? userId = null, string? scope = null, string? cidr = null) =>
            Query.TryRead<AddressScope>(scope, out var wide)
                ? Problems.Answer(await all.Reach(userId is null ? null : WireId.Parse(userId), wide, cidr), Results.Ok)
                : Problems.From(CommonRefusals.InvalidArgument("scope")));
        bans.MapPost("", async (AddressBanRequest request, AdminLogin me, ConsoleAddressBans all) =>
            Problems.Answer(await all.Take(me, request), Created));
        bans.MapDelete("/{banId}", async (
            string banId, [Microsoft.AspNetCore.Mvc.FromBody] LiftRequest? request, AdminLogin me, ConsoleAddressBans all) =>
            Problems.Answer(await all.Lift(me, WireId.Parse(banId), request), Results.Ok));
    }

    private static IResult Created<T>(T made) => Results.Json(made, statusCode: StatusCodes.Status201Created);
}
