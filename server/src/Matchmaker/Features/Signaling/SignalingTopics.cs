using Matchmaker.Platform.Realtime;

namespace Matchmaker.Features.Signaling;

/// <summary>What instances ask each other about signals that somebody missed.</summary>
internal static class SignalingTopics
{
    public static readonly Topic<MissedAsked> Asked = Topic.Json<MissedAsked>("signal.missed_asked");

    public static readonly Topic<MissedTold> Told = Topic.Json<MissedTold>("signal.missed_told");
}

/// <summary>Who has come back asks the instance of the partner.</summary>
internal sealed record MissedAsked(Guid AskId, Guid CallId, Guid UserId, string Instance);

internal sealed record MissedTold(Guid AskId, IReadOnlyList<MissedSignal> Signals, bool Complete);
