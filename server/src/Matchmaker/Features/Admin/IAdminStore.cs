using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>
/// Accounts of the console, their sessions, and what they failed at. Every method is durable when it returns, and what
/// changes something writes its audit row with it (without an actor: the operator did it). Expiry goes by the
/// store's own clock.
/// </summary>
internal interface IAdminStore
{
    /// <summary>Adds an account; null when the address is taken.</summary>
    Task<AdminAccount?> Create(NewAdmin admin, Guid? actor);

    Task<IReadOnlyList<AdminAccount>> List();

    Task<AdminAccount?> Find(string email);

    /// <summary>
    /// Changes what is not null; a new role, new secrets and disabling end the account's sessions. <c>not_found</c>
    /// without such an account; <c>forbidden</c> when the actor is by now no admin any more.
    /// </summary>
    Task<Outcome<AdminAccount>> Change(Guid adminId, AdminChange change, Guid? actor);

    /// <summary>What to compare a sign-in with: no key for an unknown or disabled account.</summary>
    Task<(AdminKey? Key, bool IsKnown)> FindKey(string email, byte[] networkKey);

    /// <summary>The same for whoever is signed in.</summary>
    Task<AdminKey?> FindKey(Guid adminId);

    /// <summary>Counts an attempt before it is made, or tells how long to wait until one may be (then nothing is counted).</summary>
    Task<TimeSpan?> Attempt(byte[] accountKey, byte[] networkKey, bool isKnown);

    /// <summary>
    /// Uses the code of the step up, begins a session, remembers the network and forgets what failed from there. False
    /// when that or a later code was used before, or the account is disabled by now. Of more than
    /// <see cref="AdminLogins.MaxSessions"/> sessions the oldest ends.
    /// </summary>
    Task<bool> SignIn(Guid adminId, long step, byte[] accountKey, NewAdminSession session);

    /// <summary>The session with this token and its account, if both hold; it was seen now.</summary>
    Task<AdminLogin?> FindSession(byte[] tokenHash);

    /// <summary>Those that hold, the latest first.</summary>
    Task<IReadOnlyList<AdminSession>> Sessions(Guid adminId);

    /// <summary>Which of these sessions hold.</summary>
    Task<IReadOnlyList<Guid>> Live(IReadOnlyCollection<Guid> sessionIds);

    /// <summary>Ends a session of this account, if it is one.</summary>
    Task EndSession(Guid adminId, Guid sessionId);

    /// <summary>Uses the code up, sets the password and ends all sessions but one. False when the code was used before.</summary>
    Task<bool> SetPassword(Guid adminId, string passwordHash, long step, byte[] accountKey, byte[] networkKey, Guid keep);

    /// <summary>Deletes at most as many sessions that are over, and attempts nobody asks for; answers how many.</summary>
    Task<int> DeleteExpired(int limit);

    Task<int> CountExpired(int limit);
}

/// <summary>An account that is to be.</summary>
internal sealed record NewAdmin(Guid AdminId, string Email, string Name, AdminRole Role, string PasswordHash, byte[] OtpKey);

/// <summary>What is to be different; null stays.</summary>
internal sealed record AdminChange(string? Name = null, AdminRole? Role = null, bool? Disabled = null, string? PasswordHash = null, byte[]? OtpKey = null);

/// <summary>A session that is to be.</summary>
internal sealed record NewAdminSession(Guid SessionId, byte[] TokenHash, byte[] NetworkKey, string Browser);
