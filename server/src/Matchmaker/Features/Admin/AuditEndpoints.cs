using Matchmaker.Platform.Http;

namespace Matchmaker.Features.Admin;

/// <summary>Who decided what. Living examples in <c>audit.http</c>.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this RouteGroupBuilder console)
    {
        var audit = console.MapGroup("/audit").RequireAdmin(AdminRole.Senior);
        audit.MapGet("", async (
            ConsoleAudit all, string? actor = null, string? action = null, string? subject = null, int? limit = null, string? cursor = null) =>
            Problems.Answer(await all.Page(actor, action, subject, limit, cursor), Results.Ok));
        audit.MapGet("/verify", async (ConsoleAudit all) => Results.Ok(await all.Verify()));
        audit.MapGet("/export", (ConsoleAudit all, HttpContext context, long after = 0) =>
            Results.Stream(stream => all.Export(after, stream, context.RequestAborted), "application/x-ndjson", $"audit-after-{after}.ndjson"));
    }
}
