using Matchmaker.Features.Reports;
using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>The queue and its cases. Living examples in <c>cases.http</c>.</summary>
internal static class CaseEndpoints
{
    public static void MapCases(this RouteGroupBuilder console)
    {
        var cases = console.MapGroup("/cases");
        cases.MapGet("", async (
            AdminLogin me, ConsoleCases all, QueryNumber<int> limit, string? state = null, string? reason = null, string? q = null, string? cursor = null) =>
            !Query.TryRead<CaseState>(state, out var which) ? Problems.From(CommonRefusals.InvalidArgument("state"))
            : !Query.TryRead<Reason>(reason, out var why) ? Problems.From(CommonRefusals.InvalidArgument("reason"))
            : Problems.Answer(await all.Page(me, which ?? CaseState.Open, why, q, limit.Value, cursor), Results.Ok));
        cases.MapGet("/{caseId}", async (string caseId, AdminLogin me, ConsoleCases all) =>
            Problems.Answer(await all.Find(me, WireId.Parse(caseId)), Results.Ok));
        cases.MapPost("/{caseId}/claim", async (string caseId, AdminLogin me, ConsoleCases all) =>
            Problems.Answer(await all.Claim(me, WireId.Parse(caseId)), Results.Ok)).RequireAdmin(AdminRole.Moderator);
        cases.MapPost("/{caseId}/release", async (string caseId, AdminLogin me, ConsoleCases all) =>
            Problems.Answer(await all.Release(me, WireId.Parse(caseId)), Results.Ok)).RequireAdmin(AdminRole.Moderator);
        cases.MapPost("/{caseId}/close", async (string caseId, CloseCaseRequest request, AdminLogin me, ConsoleCases all) =>
            Problems.Answer(await all.Close(me, WireId.Parse(caseId), request), Results.Ok)).RequireAdmin(AdminRole.Moderator);
        cases.MapPost("/{caseId}/chat", async (string caseId, ReadChatRequest request, AdminLogin me, ConsoleCases all) =>
            Problems.Answer(await all.ReadChat(me, WireId.Parse(caseId), request), Results.Ok)).RequireAdmin(AdminRole.Moderator);
        console.MapGet("/stats", async (ConsoleCases all) => Results.Ok(await all.Stats()));
    }
}
