using System.Security.Claims;
using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Memory;
using Matchmaker.Platform.Postgres;
using Matchmaker.Platform.Realtime;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Chat;

/// <summary>Text between the two of a call, and reading it again in the history.</summary>
internal static class ChatFeature
{
    private const int LinesInHistory = 1000;

    public static void AddChat(this IServiceCollection services)
    {
        services.AddStore<IChatStore, InMemoryChatStore, PostgresChatStore>();
        services.AddBound<PostgresChatStore>(
            "chat_backlog", s => s.Backlog.Backlog, s => s.Backlog.Capacity, s => s.Backlog.Refused, embedded: false);
        services.AddBound<InMemoryChatStore>(
            "embedded_chat_bytes", s => s.Figures.Bytes, _ => InMemoryChatStore.MaxBytes, s => s.Figures.Dropped, embedded: true);
        services.AddSingleton<ToldLines>();
        services.AddBound<ToldLines>("chat_told", t => t.Count, _ => ToldLines.Max);
        services.AddFlush<PostgresChatStore>(s => s.Backlog.Idle);
        services.AddSingleton<Chat>();
        services.AddFollower<ChatElsewhere>();
        services.AddSingleton<IErasable, ChatErasure>();
    }

    public static void MapChat(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/history/{callId}", async (string callId, ClaimsPrincipal user, History history, Chat chat) =>
            await history.Find(user.UserId(), WireId.Parse(callId)) is { } entry
                ? Results.Ok(new HistoryDetail(
                    entry.CallId, entry.Partner, entry.StartedAt, entry.Seconds, entry.Reason, entry.Origin, entry.Reported,
                    await chat.Transcript(entry.CallId, LinesInHistory)))
                : Problems.From(CommonRefusals.NotFound)).RequireAuthorization();

    private sealed class ChatErasure(IChatStore store) : IErasable
    {
        public Task Erase(Guid userId) => store.Erase(userId);
    }
}
