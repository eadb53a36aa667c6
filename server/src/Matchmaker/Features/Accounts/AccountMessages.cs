namespace Matchmaker.Features.Accounts;

/// <summary>Body of <c>POST /api/auth/guest</c>. Everything may be absent here, so that each "no" can name its field.</summary>
internal sealed record GuestRequest(
    string? Name = null,
    Gender? Gender = null,
    bool? Adult = null,
    IReadOnlyList<string?>? Languages = null,
    IReadOnlyList<string?>? Interests = null);

/// <summary>Body of <c>PATCH /api/me</c>: what is absent stays as it is.</summary>
internal sealed record ProfileRequest(
    string? Name = null,
    Gender? Gender = null,
    IReadOnlyList<string?>? Languages = null,
    IReadOnlyList<string?>? Interests = null);

/// <summary>Answer to a sign-in. The token is shown here once; the server keeps only its hash.</summary>
internal sealed record SignedIn(string Token, DateTimeOffset ExpiresAt, Card User);
