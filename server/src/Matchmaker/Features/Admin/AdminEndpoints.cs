using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Http;

namespace Matchmaker.Features.Admin;

/// <summary>Signing in, one's own sessions, and the accounts. Living examples in <c>Admin.http</c>.</summary>
internal static class AdminEndpoints
{
    public static void MapAdminAccounts(this RouteGroupBuilder console)
    {
        console.MapPost("/login", SignIn).AllowAnonymous();
        console.MapPost("/logout", async (AdminLogin me, AdminLogins logins, HttpContext context) =>
        {
            await logins.End(me.AdminId, me.SessionId);
            AdminAuthentication.DeleteCookie(context);
            return Results.NoContent();
        });
        console.MapGet("/me", (AdminLogin me, AdminLogins logins) => Results.Ok(logins.Describe(me)));
        console.MapGet("/sessions", async (AdminLogin me, AdminLogins logins, ClientKeys keys, HttpContext context) =>
            Results.Ok(await logins.Sessions(me.AdminId, me.SessionId, (await keys.Of(context)).Network)));
        console.MapDelete("/sessions/{sessionId}", async (string sessionId, AdminLogin me, AdminLogins logins) =>
        {
            await logins.End(me.AdminId, WireId.Parse(sessionId));
            return Results.NoContent();
        });
        console.MapPost("/password", async (
            AdminPasswordRequest request, AdminLogin me, AdminLogins logins, ClientKeys keys, HttpContext context) =>
            Problems.Answer(await logins.ChangePassword(me, request, (await keys.Of(context)).Network), _ => Results.NoContent()));

        var accounts = console.MapGroup("/accounts").RequireAdmin(AdminRole.Admin);
        accounts.MapGet("", async (AdminAccounts all) => Results.Ok(new AdminAccountList(await all.List())));
        accounts.MapPost("", async (NewAdminRequest request, AdminLogin me, AdminAccounts all) =>
            Problems.Answer(
                request.Role is { } role
                    ? await all.Create(request.Email, request.Name, role, me.AdminId)
                    : Platform.Refusals.CommonRefusals.InvalidArgument("role"),
                secret => Results.Json(secret, statusCode: StatusCodes.Status201Created)));
        accounts.MapPatch("/{adminId}", async (string adminId, AdminChangeRequest request, AdminLogin me, AdminAccounts all) =>
            Problems.Answer(await all.Change(WireId.Parse(adminId), request, me.AdminId), Results.Ok));
    }

    /// <summary>What the command <c>admin</c> asks where there is no database of which it could ask it.</summary>
    public static void MapAdminDesk(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(AdminClient.Path, async (AdminAccounts all) => Results.Ok(new AdminAccountList(await all.List()))).RequireOperator();
        routes.MapPost(AdminClient.Path, async (AdminCommandRequest request, AdminDesk desk) =>
            Problems.Answer(await desk.Handle(request), Results.Ok)).RequireOperator();
    }

    private static async Task<IResult> SignIn(AdminLoginRequest request, AdminLogins logins, ClientKeys keys, HttpContext context)
    {
        var token = await logins.SignIn(request, (await keys.Of(context)).Network, context.Request.Headers.UserAgent);
        if (token.No is { } no)
        {
            return Problems.From(no);
        }

        AdminAuthentication.SetCookie(context, token.Value!);
        return await logins.Find(token.Value!) is { } login
            ? Results.Ok(logins.Describe(login))
            : Problems.From(AdminRefusals.SessionEnded); // disabled in this very moment
    }
}
