using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Matching;

/// <summary>Turns wishes as they came into a ticket's, or tells which of them is wrong. Pure.</summary>
internal static class WishReader
{
    public const int DefaultCallSeconds = 300;

    /// <summary>The same wishes in canonical form, with what the profile adds.</summary>
    public static Outcome<QueueWishes> Read(QueueWishes? wishes, Card card)
    {
        if (wishes?.CallSeconds is < Ticket.MinCallSeconds or > Ticket.MaxCallSeconds)
        {
            return MatchingRefusals.InvalidDuration;
        }

        // An empty list wishes for nobody in particular: anyone.
        if (wishes?.Wants is { Count: > Wants.Genders } || (wishes?.Wants ?? []).Any(g => !Enum.IsDefined(g)))
        {
            return CommonRefusals.InvalidArgument("wants");
        }

        var profile = Profile.Read(new ProfileRequest(null, null, wishes?.Languages, wishes?.Interests));
        return profile.No is { } no ? no : new QueueWishes(
            wishes?.Wants,
            profile.Value!.Languages ?? card.Languages,
            profile.Value.Interests ?? card.Interests,
            wishes?.CallSeconds ?? DefaultCallSeconds);
    }

    public static Ticket ToTicket(
        QueueWishes wishes, Guid ticketId, Guid userId, Gender gender, string connectionId, DateTimeOffset joinedAt) => new()
        {
            TicketId = ticketId,
            UserId = userId,
            Gender = gender,
            Wants = Wants.Of([.. wishes.Wants ?? []]),
            Languages = Tags.Of(wishes.Languages ?? []),
            Interests = Tags.Of((wishes.Interests ?? []).Select(i => i.ToLowerInvariant())),
            CallSeconds = wishes.CallSeconds ?? DefaultCallSeconds,
            JoinedAt = joinedAt,
            ConnectionId = connectionId,
        };
}
