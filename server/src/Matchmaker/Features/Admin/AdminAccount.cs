namespace Matchmaker.Features.Admin;

/// <summary>Somebody who may use the console, without their secrets.</summary>
/// <param name="Email">In the form of <see cref="AdminEmail"/>; unique.</param>
internal sealed record AdminAccount(
    Guid AdminId, string Email, string Name, AdminRole Role, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, DateTimeOffset? SignedInAt);

/// <summary>What a sign-in is compared with.</summary>
/// <param name="LastStep">The time step of the code that was used last: it, and all before it, are used up.</param>
internal sealed record AdminKey(Guid AdminId, string PasswordHash, byte[] OtpKey, long LastStep);

/// <summary>A login of an admin, without its secret.</summary>
/// <param name="SeenAt">The last request, to the minute.</param>
/// <param name="NetworkKey">Where it signed in from.</param>
internal sealed record AdminSession(
    Guid SessionId, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, DateTimeOffset ExpiresAt, string Browser, byte[] NetworkKey);

/// <summary>Who asks: a session that holds, and its account as it is now.</summary>
internal sealed record AdminLogin(AdminAccount Account, Guid SessionId, DateTimeOffset ExpiresAt)
{
    public Guid AdminId => Account.AdminId;

    public AdminRole Role => Account.Role;

    /// <summary>As a parameter of an endpoint: whoever passed <see cref="AdminAuthentication"/>.</summary>
    public static ValueTask<AdminLogin?> BindAsync(HttpContext context) => new(AdminAuthentication.LoginOf(context));
}
