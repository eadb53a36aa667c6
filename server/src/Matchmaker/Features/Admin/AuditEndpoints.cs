using Matchmaker.Platform.Http;

namespace Matchmaker.Features.Admin;

/// <summary>Who decided what. Living examples in <c>audit.http</c>.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder console)
    {
        var audit = console.MapGroup("/audit").RequireAdmin(AdminRole.Senior);
        audit.MapGet("", async (
            ConsoleAudit all, QueryNumber<int> limit, string? actor = null, string? action = null, string? subject = null, string? cursor = null) =>
            Problems.Answer(await all.Page(actor, action, subject, limit.Value, cursor), Results.Ok));
        audit.MapGet("/verify", async (ConsoleAudit all) => Results.Ok(await all.Verify()));
        audit.MapGet("/export", (ConsoleAudit all, HttpContext context, QueryNumber<long> after) => Results.Stream(
            stream => all.Export(after.Value ?? 0, stream, context.RequestAborted), "application/x-ndjson", $"audit-after-{after.Value ?? 0}.ndjson"));
    }
}
