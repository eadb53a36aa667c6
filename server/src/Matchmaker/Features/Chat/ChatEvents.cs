using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Chat;

/// <summary>What the browser is told about chat.</summary>
internal static class ChatEvents
{
    public static readonly ClientEvent Chat = new("chat");
}
