using Matchmaker.Features.Accounts;

namespace Matchmaker.Features.Presence;

/// <summary>Asks for a hub ticket. <c>Tab</c>: 8..64 characters of base64url that the page made up.</summary>
internal sealed record HubTicketRequest(string? Tab = null);

internal sealed record HubTicketResponse(string Ticket, DateTimeOffset ExpiresAt);

/// <summary>The connection ends soon. After this time, and a part of a second that the page draws, it opens another one.</summary>
internal sealed record Draining(int ReconnectInSeconds);

/// <summary>What a watch of the lobby wants to see.</summary>
internal sealed record LobbyWishes(IReadOnlyList<Gender>? Genders = null, int? Limit = null);

/// <summary>A card in the lobby, with the time from which the two may meet again.</summary>
internal sealed record LobbyPerson(
    Guid Id,
    string Name,
    Gender Gender,
    IReadOnlyList<string> Languages,
    IReadOnlyList<string> Interests,
    string? SelfieUrl,
    Guid? IntroducedBy,
    DateTimeOffset? CooldownUntil)
{
    public static LobbyPerson From(Card c, DateTimeOffset? until) =>
        new(c.Id, c.Name, c.Gender, c.Languages, c.Interests, c.SelfieUrl, c.IntroducedBy, until);
}

internal sealed record LobbyPage(int Total, IReadOnlyList<LobbyPerson> People);

/// <summary>The start of a watch. <c>Version</c> belongs to one watch on one connection and grows by one with each event.</summary>
internal sealed record LobbySnapshot(int Version, int Total, IReadOnlyList<LobbyPerson> People);

internal sealed record LobbyChanged(
    int Version, IReadOnlyList<LobbyPerson>? Added, IReadOnlyList<LobbyPerson>? Changed, IReadOnlyList<Guid>? Removed, int Total);
