namespace Matchmaker.Platform.Realtime;

/// <summary>
/// The only way from a feature to a browser. Never blocks and never throws for an absent receiver: what is sent to
/// nobody is dropped. Each connection's backlog is bounded by <see cref="RealtimeOptions"/>; a connection that does
/// not read is closed as a <c>slow_consumer</c>, and nobody else waits for it. Only <see cref="ToConnection"/> goes to
/// other instances: what all of a user's tabs are to hear, each instance tells those that it has.
/// </summary>
internal interface IOutbox
{
    /// <summary>Tells one connection, wherever it is. An unsent message with the same <paramref name="supersede"/> key is dropped.</summary>
    void ToConnection(string connectionId, ClientEvent e, object?[] arguments, string? supersede = null);

    /// <summary>Tells all connections of a user on this instance; serialised once.</summary>
    void ToUser(Guid userId, ClientEvent e, object?[] arguments, string? supersede = null);

    /// <summary>False when the connection is not here and its instance cannot be reached.</summary>
    bool CanReach(string connectionId);

    /// <summary>True when the connection has nothing waiting to be sent (an absent one has not).</summary>
    bool IsIdle(string connectionId);

    /// <summary>Closes a connection after what is already queued and, if given, one last event.</summary>
    void Close(string connectionId, ClientEvent? last = null, object?[]? arguments = null);
}

internal static class OutboxExtensions
{
    public static void ToConnection(this IOutbox outbox, string connectionId, ClientEvent e, object payload, string? supersede = null) =>
        outbox.ToConnection(connectionId, e, [payload], supersede);

    public static void ToUser(this IOutbox outbox, Guid userId, ClientEvent e, object payload, string? supersede = null) =>
        outbox.ToUser(userId, e, [payload], supersede);
}
