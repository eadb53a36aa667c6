namespace Matchmaker.Features.Accounts;

/// <summary>A signed-in session of a user, without its secret.</summary>
internal sealed record Login(Guid SessionId, Guid UserId, DateTimeOffset ExpiresAt, Mark? Mark = null);

/// <summary>Who is signed in by a login, as the store has them now.</summary>
internal sealed record SignedInUser(Card Card, Mark? Mark);

/// <summary>When an account and its logins were made.</summary>
internal sealed record AccountDates(DateTimeOffset CreatedAt, IReadOnlyList<LoginDates> Logins);

internal sealed record LoginDates(DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);

/// <summary>Somebody who was looked for.</summary>
internal sealed record FoundUser(Card Card, DateTimeOffset CreatedAt);
