using Matchmaker.Features.Accounts;
using Matchmaker.Features.Calls;

namespace Matchmaker.Features.Chat;

/// <summary>A line of chat. <c>ClientId</c> only for the one who sent it, to find it among those still being sent.</summary>
internal sealed record ChatLine(Guid CallId, Guid Id, string? ClientId, Guid From, string Text, DateTimeOffset At);

/// <summary>The answer to <c>SendChat</c>, once the line is durable.</summary>
internal sealed record ChatSent(Guid Id, DateTimeOffset At);

/// <summary>A call of the history with its chat.</summary>
internal sealed record HistoryDetail(
    Guid CallId, Card Partner, DateTimeOffset StartedAt, int Seconds, EndReason Reason, CallOrigin Origin, bool Reported,
    IReadOnlyList<ChatLine> Messages);
