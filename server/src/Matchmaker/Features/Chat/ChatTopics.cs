using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Chat;

/// <summary>What instances tell each other about chat.</summary>
internal static class ChatTopics
{
    public static readonly Topic<LineTold> Line = Topic.Json<LineTold>("chat.line");
}

/// <summary>A durable line, for a connection that is not here.</summary>
internal sealed record LineTold(string ConnectionId, ChatLine Line);
