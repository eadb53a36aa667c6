namespace Matchmaker.Features.Admin;

/// <summary>Body of <c>POST /api/admin/login</c>.</summary>
internal sealed record AdminLoginRequest(string? Email = null, string? Password = null, string? Code = null);

/// <summary>Who is signed in, and what they may.</summary>
/// <param name="MaxBanSeconds">The longest ban with an end; 0: none.</param>
internal sealed record AdminMe(
    Guid AdminId, string Email, string Name, AdminRole Role, Guid SessionId, DateTimeOffset ExpiresAt, int IdleSeconds,
    int MaxBanSeconds, bool MayBanForGood);

internal sealed record AdminSessionList(IReadOnlyList<AdminSessionView> Sessions);

internal sealed record AdminSessionView(
    Guid SessionId, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt, string Browser, bool Current, bool SameNetwork);

/// <summary>Body of <c>POST /api/admin/password</c>.</summary>
internal sealed record AdminPasswordRequest(string? Current = null, string? New = null, string? Code = null);

/// <summary>An admin as others at the console see them.</summary>
internal sealed record AdminName(Guid AdminId, string Name);

internal sealed record AdminAccountList(IReadOnlyList<AdminAccountView> Accounts);

internal sealed record AdminAccountView(
    Guid AdminId, string Email, string Name, AdminRole Role, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt = null, DateTimeOffset? SignedInAt = null);

/// <summary>Body of <c>POST /api/admin/accounts</c>.</summary>
internal sealed record NewAdminRequest(string? Email = null, string? Name = null, AdminRole? Role = null);

/// <summary>Body of <c>PATCH /api/admin/accounts/{adminId}</c>: what is absent stays.</summary>
internal sealed record AdminChangeRequest(string? Name = null, AdminRole? Role = null, bool? Disabled = null, bool? Reset = null);

/// <summary>An account, and its secrets when they were made just now: they are shown once.</summary>
internal sealed record AdminSecret(AdminAccountView Account, string? Password = null, string? Otpauth = null);

/// <summary>Body of <c>POST /api/operator/admins</c>, which the command <c>admin</c> sends.</summary>
internal sealed record AdminCommandRequest(
    string? Action = null, string? Email = null, string? Name = null, AdminRole? Role = null);
