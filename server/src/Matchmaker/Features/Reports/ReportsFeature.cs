using System.Security.Claims;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Settings;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Reports;

/// <summary>Reports by users, and the cases that people decide.</summary>
internal static class ReportsFeature
{
    public static void AddReports(this IServiceCollection services)
    {
        services.AddSettings<ReportOptions>()
            .Must(o => o.KeepChatFor <= o.KeepFor
                ? null
                : $"Reports__KeepChatFor ({SettingText.Of(o.KeepChatFor)}) must not be longer than Reports__KeepFor ({SettingText.Of(o.KeepFor)}): the chat goes with its case")
            .Must<ReportOptions, IOptions<CallOptions>>((o, calls) =>
                o.Within <= calls.Value.ArchiveUnderPressureAfter && o.Within <= calls.Value.ArchiveAfter
                    ? null
                    : $"Reports__Within ({SettingText.Of(o.Within)}) must not be longer than Calls__ArchiveUnderPressureAfter "
                        + $"({SettingText.Of(calls.Value.ArchiveUnderPressureAfter)}) and Calls__ArchiveAfter ({SettingText.Of(calls.Value.ArchiveAfter)}): "
                        + "a call in the archive cannot be reported");
        services.AddStore<IReportStore, InMemoryReportStore, PostgresReportStore>();
        services.AddStore<ICaseStore, InMemoryCaseStore, PostgresCaseStore>();
        services.AddSingleton<IReportedCalls>(provider => provider.GetRequiredService<IReportStore>());
        services.AddSingleton<InMemoryReports>();
        services.AddBound<InMemoryReports>("embedded_reports", r => r.Figures.Count, _ => InMemoryReports.MaxReports, r => r.Figures.Dropped, embedded: true);
        services.AddBound<InMemoryReports>("embedded_report_bytes", r => r.Figures.Bytes, _ => InMemoryReports.MaxBytes, r => r.Figures.Dropped, embedded: true);
        services.AddSingleton<ReportMetrics>();
        services.AddSingleton<Reports>();
        services.AddFollower<ReportsElsewhere>();
        services.AddSingleton<Cases>();
        services.AddCleanup<IReportStore>("report_chat", (store, limit) => store.CountOldChat(limit), (store, limit) => store.DropChat(limit));
        services.AddCleanup<IReportStore>("decided_cases", (store, limit) => store.CountOld(limit), (store, limit) => store.DeleteOld(limit));
    }

    public static void MapReports(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/reports", async (ReportRequest request, ClaimsPrincipal me, Reports reports) =>
            Problems.Answer(
                await reports.File(me.UserId(), me.SessionId(), request),
                filed => Results.Json(filed, statusCode: StatusCodes.Status201Created))).RequireAuthorization();
}
