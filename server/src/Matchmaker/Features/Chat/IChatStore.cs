namespace Matchmaker.Features.Chat;

/// <summary>Lines of chat, durable when they are answered; keyed by call, sender and the sender's own id.</summary>
internal interface IChatStore
{
    /// <summary>Adds a line; the same key again answers the line that is there.</summary>
    Task<StoredLine> Add(NewLine line);

    /// <summary>The last lines of a running call, oldest first.</summary>
    Task<IReadOnlyList<StoredLine>> LastOf(Guid callId, int limit);

    /// <summary>What was said in these calls in the last moments, oldest first.</summary>
    Task<IReadOnlyList<StoredLine>> LastOf(IReadOnlyCollection<Guid> calls, TimeSpan age);

    /// <summary>The last lines of a call that is over, also when it is in the archive, oldest first.</summary>
    Task<IReadOnlyList<StoredLine>> Transcript(Guid callId, int limit);

    /// <summary>Forgets what a user wrote.</summary>
    Task Erase(Guid userId);
}

internal sealed record NewLine(Guid CallId, Guid From, string ClientId, string Text);

/// <param name="IsNew">False when it was there before.</param>
internal sealed record StoredLine(Guid CallId, Guid From, string ClientId, Guid Id, string Text, DateTimeOffset At, bool IsNew);
