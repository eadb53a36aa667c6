namespace Matchmaker.Features.Calls;

/// <summary>
/// What a starting call takes with it from the rows above, in the embedded server: called with the embedded lock held.
/// (In PostgreSQL the function <c>start_calls</c> does the same with their rows.)
/// </summary>
internal interface IClaims
{
    bool HasTicketLocked(Guid userId, Guid ticketId);

    /// <summary>Takes the user's ticket if there is one; answers its wishes.</summary>
    string? TakeTicketLocked(Guid userId);

    bool IsInviteLiveLocked(Guid inviteId);

    void AcceptInviteLocked(Guid inviteId, Guid callId);

    /// <summary>Forgets what users had who were lost for longer than the grace time.</summary>
    void ForgetLocked(IReadOnlyCollection<Guid> users);
}
