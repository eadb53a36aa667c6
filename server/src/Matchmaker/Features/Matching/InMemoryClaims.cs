using Matchmaker.Features.Calls;

namespace Matchmaker.Features.Matching;

/// <summary>Lets a starting call take tickets and invites in the embedded server.</summary>
internal sealed class InMemoryClaims(InMemoryMatchStore tickets, InMemoryInviteStore invites) : IClaims
{
    public bool HasTicketLocked(Guid userId, Guid ticketId) => tickets.HasTicketLocked(userId, ticketId);

    public string? TakeTicketLocked(Guid userId) => tickets.TakeTicketLocked(userId);

    public bool IsInviteLiveLocked(Guid inviteId) => invites.IsLiveLocked(inviteId);

    public void AcceptInviteLocked(Guid inviteId, Guid callId) => invites.AcceptLocked(inviteId, callId);

    public void ForgetLocked(IReadOnlyCollection<Guid> users) => tickets.ForgetLocked(users);
}
