using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Matching;

/// <summary>The tickets: one a user, and never one beside a seat in a call.</summary>
internal interface IMatchStore
{
    /// <summary>
    /// Joins, or changes the wishes of who is in the queue: the joining time stays, the ticket is new. Null when the user
    /// is in a call, or barred.
    /// </summary>
    Task<JoinedTicket?> Join(JoinRequest request);

    /// <summary>True when there was a ticket.</summary>
    Task<bool> Leave(Guid userId);

    Task<WaitingTicket?> Find(Guid userId);

    /// <summary>The tickets of those of the users who have one.</summary>
    Task<IReadOnlyList<WaitingTicket>> ListOf(IReadOnlyCollection<Guid> users);

    /// <summary>Tickets with a number above <paramref name="number"/>, lowest first: what other instances added.</summary>
    Task<IReadOnlyList<WaitingTicket>> ListAfter(long number, int limit);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> tickets of people whom presence does not know (any more): nobody else would.
    /// Answers how many.
    /// </summary>
    Task<int> DeleteLost(int limit);

    /// <summary>How many there are of these, at most <paramref name="limit"/>.</summary>
    Task<int> CountLost(int limit);

    /// <summary>Those of the users that still wait, with the ticket in force and whether they are connected.</summary>
    Task<IReadOnlyDictionary<Guid, (Guid TicketId, bool Connected)>> StillWaiting(IReadOnlyCollection<Guid> users);

    /// <summary>Who is connected, who of them waits, and the calls that go on, of all instances; null when there is but one.</summary>
    Task<LiveStats?> CountAll();
}

/// <param name="UserId">Who joins.</param>
/// <param name="TicketId">The id of the new ticket.</param>
/// <param name="ConnectionId">The connection that a call belongs to.</param>
/// <param name="Wishes">In canonical form.</param>
/// <param name="Waited">How long the user has waited already, when the store lost the ticket; else nothing.</param>
internal sealed record JoinRequest(Guid UserId, Guid TicketId, string ConnectionId, QueueWishes Wishes, TimeSpan Waited = default);

/// <param name="TicketId">The ticket in force.</param>
/// <param name="Number">Its number in the order of joins over all instances.</param>
/// <param name="Waited">Since the user first joined.</param>
internal sealed record JoinedTicket(Guid TicketId, long Number, TimeSpan Waited);

/// <param name="TicketId">The ticket in force.</param>
/// <param name="Number">Its number in the order of joins over all instances.</param>
/// <param name="UserId">Whose.</param>
/// <param name="Gender">Theirs.</param>
/// <param name="ConnectionId">The connection that a call belongs to.</param>
/// <param name="Wishes">In canonical form.</param>
/// <param name="Waited">Since the user first joined.</param>
/// <param name="Instance">Where the connection is or was, if that is known.</param>
internal sealed record WaitingTicket(
    Guid TicketId, long Number, Guid UserId, Gender Gender, string ConnectionId, QueueWishes Wishes, TimeSpan Waited, string? Instance = null);
