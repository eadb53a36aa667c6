using System.Security.Claims;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Presence;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Lifetime;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;
using Matchmaker.Platform.Settings;
using Matchmaker.Platform.Telemetry;

namespace Matchmaker.Features.Calls;

/// <summary>Calls from their start to the history.</summary>
internal static class CallsFeature
{
    private const int DefaultPage = 20;
    private const int MaxPage = 100;

    public static void AddCalls(this IServiceCollection services)
    {
        services.AddSettings<CallOptions>();
        services.AddStore<ICallStore, InMemoryCallStore, PostgresCallStore>();
        services.AddSingleton<InMemorySeats>();
        services.AddBound<LiveCalls>("live_calls", c => c.Count, c => c.Max);
        services.AddBound<LiveCalls>("ended_calls", c => c.Ended, _ => LiveCalls.MaxEnded);
        services.AddBound<LiveCalls>("calls_over", c => c.Over, _ => LiveCalls.MaxOver);
        services.AddBound<PendingEnds>("pending_ends", e => e.Count, e => e.Max, e => e.Dropped);
        services.AddBound<PostgresCallStore>(
            "ends_backlog", s => s.Backlog.Backlog, s => s.Backlog.Capacity, s => s.Backlog.Refused, embedded: false);
        services.AddBound<InMemoryCallStore>("embedded_ended_calls", s => s.Ended, _ => InMemoryCallStore.MaxEnded, embedded: true);
        services.AddBound<InMemoryCallStore>(
            "embedded_history_bytes", s => s.HistoryFigures.Bytes, _ => InMemoryCallStore.HistoryBytes, s => s.HistoryFigures.Dropped, embedded: true);
        services.AddSingleton<LiveCalls>();
        services.AddSingleton<IKeptPlace>(provider => provider.GetRequiredService<LiveCalls>());
        services.AddSingleton<IHealthSection, CallHealth>();
        services.AddSingleton<CallNotices>();
        services.AddSingleton<CallMetrics>();
        services.AddSingleton<Calls>();
        services.AddSingleton<CallEnding>();
        services.AddBound<CallsElsewhere>("calls_heard", e => e.Work.Count, e => e.Work.Capacity, e => e.Work.Refused);
        services.AddFollower<CallsElsewhere>();
        services.AddSingleton<History>();
        services.AddSingleton<PostgresHistoryStore>();
        services.AddSingleton<PostgresArchiveStore>();
        services.AddSingleton<ICleanup, CallArchiving>();
        services.AddSingleton<CallSweep>();
        services.AddSingleton<ICleanup>(provider => provider.GetRequiredService<CallSweep>());
        services.AddSingleton<PendingEnds>();
        services.AddSingleton<IErasable, CallErasure>();
        services.AddHostedService(provider => provider.GetRequiredService<PendingEnds>());
        services.AddFlush<PostgresCallStore>(s => s.Backlog.Idle);
        services.AddDrainStep((provider, cut) => provider.GetRequiredService<PendingEnds>().Written(cut));
        services.AddHostedService<CallClock>();
    }

    public static void MapCalls(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/history", Page).RequireAuthorization();

    private static async Task<IResult> Page(ClaimsPrincipal user, History history, QueryNumber<int> limit, string? cursor = null)
    {
        if (limit.Value is < 1 or > MaxPage)
        {
            return Problems.From(CommonRefusals.InvalidArgument("limit", $"The limit must be 1..{MaxPage}."));
        }

        var before = cursor is null ? null : HistoryCursor.Read(cursor);
        if (cursor is not null && before is null)
        {
            return Problems.From(CommonRefusals.InvalidArgument("cursor", "The cursor is none of ours."));
        }

        var size = limit.Value ?? DefaultPage;
        var entries = await history.Page(user.UserId(), size + 1, before);
        var page = entries.Take(size).ToList();
        return Results.Ok(new HistoryPage(page, entries.Count > size ? HistoryCursor.Write(page[^1]) : null));
    }

    /// <summary>Somebody erases their account: a running call ends, their history goes.</summary>
    private sealed class CallErasure(ICallStore store, Calls calls, CallEnding ending) : IErasable
    {
        public async Task Erase(Guid userId)
        {
            if (await calls.Find(userId) is { } call)
            {
                await ending.End(call, EndReason.Hangup);
            }

            await store.Erase(userId);
        }
    }
}
