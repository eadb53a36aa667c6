using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Presence;

/// <summary>
/// Who is connected where, and who is available. The slots of one user are settled by one lock (a row in PostgreSQL),
/// so that there are never more than allowed, over all instances, whatever happens at once.
/// </summary>
internal interface IPresenceStore
{
    /// <summary>The keys that sign hub tickets, shared by all instances: the current one and the one before.</summary>
    Task<HubTicketKeys> HubTicketKeys();

    /// <summary>Registers this instance for <paramref name="lease"/>; answers its generation.</summary>
    Task<long> Register(TimeSpan lease);

    /// <summary>False: this instance counts as dead (or the database lost its unlogged tables) and must register again.</summary>
    Task<bool> Renew(long generation, TimeSpan lease);

    /// <summary>The number of the connection that this instance opened last; later ones have higher numbers.</summary>
    Task<long> LastOpened();

    /// <summary>
    /// Writes what this instance really holds: opens what is missing, closes what is no longer there, and takes back that
    /// its users were away. Answers the connections that had to go because their user has <paramref name="max"/> newer ones.
    /// One above <paramref name="upTo"/> was opened after <paramref name="open"/> was looked at, and is not closed.
    /// </summary>
    Task<IReadOnlyList<string>> Reconcile(
        long generation, IReadOnlyList<Connection> open, IReadOnlyList<(Guid UserId, DateTimeOffset Since)> available, int max, long upTo);

    /// <summary>Ends this instance's lease at once: it stops in good order.</summary>
    Task Resign(long generation);

    /// <summary>Whether other instances are alive, to which people could move.</summary>
    Task<bool> HasOthers();

    /// <summary>
    /// Opens a connection: single use of its hub ticket, its tab's place, at most <paramref name="max"/> a user, and at most
    /// <paramref name="maxOfAll"/> of everybody unless <see cref="HasRoom"/> says so; however many come at once.
    /// </summary>
    Task<OpenedSlot> Open(Connection connection, long generation, int max, int? maxOfAll = null);

    /// <summary>
    /// Whether this tab could connect now where there may be <paramref name="maxOfAll"/> connections over all instances:
    /// there is room, one of the user's own would make room, or they have a call or a place in the queue to come back to.
    /// </summary>
    Task<bool> HasRoom(Guid userId, string tab, int max, int maxOfAll);

    /// <summary>Closes a connection and starts its clocks. Answers how many the user has left over all instances.</summary>
    Task<int> Close(string connectionId);

    /// <summary>Those of this instance's open connections whose place was taken, through another instance.</summary>
    Task<IReadOnlyList<Displacement>> DisplacedOf(IReadOnlyList<string> open);

    /// <summary>Sets or takes back availability; whoever is barred is not available. Answers since when, null when not available.</summary>
    Task<DateTimeOffset?> SetAvailable(Guid userId, bool available);

    Task<DateTimeOffset?> AvailableSince(Guid userId);

    /// <summary>Those of the users who are available, and whether they are connected somewhere and in no call.</summary>
    Task<IReadOnlyList<(Guid UserId, DateTimeOffset Since, bool Shown)>> ListAvailable(IReadOnlyCollection<Guid> users);

    /// <summary>Everybody who is available, connected and in no call, longest first; for the lobby's check of itself.</summary>
    Task<IReadOnlyList<(Guid UserId, DateTimeOffset Since)>> ListAvailable(int limit);

    /// <summary>
    /// Deletes at most <paramref name="limit"/> connections that closed so long ago that their ticket is refused anyway, and
    /// of instances that died as many; answers how many.
    /// </summary>
    Task<int> DeleteDead(int limit);

    /// <summary>How many there are of these, at most <paramref name="limit"/>.</summary>
    Task<int> CountDead(int limit);
}

internal sealed record HubTicketKeys(byte[] Current, byte[]? Previous);

/// <summary>What became of opening a connection.</summary>
/// <param name="No">Why nothing was opened: the hub ticket was used before, or there are too many connections; else null.</param>
/// <param name="SameTab">Connections whose tab came back: closed in silence.</param>
/// <param name="Displaced">The oldest beyond the limit: they hear <c>replaced</c>.</param>
internal sealed record OpenedSlot(Refusal? No, IReadOnlyList<string> SameTab, IReadOnlyList<string> Displaced)
{
    public bool TicketUsed => No == PresenceRefusals.InvalidHubTicket;

    public static OpenedSlot Refused(Refusal no) => new(no, [], []);
}
