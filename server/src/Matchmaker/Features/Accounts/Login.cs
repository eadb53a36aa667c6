namespace Matchmaker.Features.Accounts;

/// <summary>A signed-in session of a user, without its secret.</summary>
internal sealed record Login(Guid SessionId, Guid UserId, DateTimeOffset ExpiresAt);
