using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Accounts;

/// <summary>What instances tell each other about accounts.</summary>
internal static class AccountTopics
{
    public static readonly Topic<Card> Changed = Topic.Json<Card>("account.changed");

    public static readonly Topic<Guid> SessionEnded = Topic.Json<Guid>("account.session_ended");

    public static readonly Topic<Guid> Erased = Topic.Json<Guid>("account.erased");
}
