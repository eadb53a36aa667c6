using System.Security.Cryptography;
using System.Text;
using Matchmaker.Features.Accounts;
using Matchmaker.Platform.Refusals;
using Microsoft.Extensions.Options;

namespace Matchmaker.Features.Admin;

/// <summary>
/// Signing in at the console and out of it. Sessions are rows that are looked up for every request, never copied: one
/// that was ended is ended everywhere at once.
/// </summary>
internal sealed class AdminLogins(
    IAdminStore store, Passwords passwords, IOptions<AdminOptions> options, AdminMetrics metrics, TimeProvider time, ILogger<AdminLogins> logger)
{
    /// <summary>Of one account; of more the oldest ends.</summary>
    public const int MaxSessions = 10;

    private const int MaxBrowser = 200;

    /// <param name="networkKey">Where it comes from.</param>
    /// <returns>The token of the new session.</returns>
    public async Task<Outcome<string>> SignIn(AdminLoginRequest request, byte[] networkKey, string? browser)
    {
        if (request is not { Email: { Length: > 0 } given, Password: { Length: > 0 and <= Passwords.MaxLength * 2 } password, Code: { } code }
            || !AdminEmail.TryRead(given, out var email))
        {
            return AdminRefusals.WrongCredentials;
        }

        var (key, isKnown) = await store.FindKey(email, networkKey);
        var proof = await Prove(key, AccountKey(email), networkKey, isKnown, password, code);
        if (proof.No is { } no)
        {
            return no;
        }

        var token = SessionToken.Create();
        var session = new NewAdminSession(Guid.NewGuid(), SessionToken.Hash(token)!, networkKey, Short(browser));
        if (!await store.SignIn(key!.AdminId, proof.Value, AccountKey(email), session))
        {
            return Failed(key.AdminId, "a code that was used");
        }

        metrics.SignIn("yes");
        AdminLog.SignedIn(logger, key.AdminId);
        return token;
    }

    /// <summary>The session with this token, if it holds.</summary>
    public Task<AdminLogin?> Find(string? token) =>
        token is not null && SessionToken.Hash(token) is { } hash ? store.FindSession(hash) : Task.FromResult<AdminLogin?>(null);

    public AdminMe Describe(AdminLogin login) => new(
        login.AdminId, login.Account.Email, login.Account.Name, login.Role, login.SessionId, login.ExpiresAt,
        (int)options.Value.SessionIdle.TotalSeconds, (int)Powers.LongestBan(login.Role).TotalSeconds, Powers.MayBanForGood(login.Role));

    public async Task<AdminSessionList> Sessions(Guid adminId, Guid current, byte[] networkKey) => new(
        [.. (await store.Sessions(adminId)).Select(s => new AdminSessionView(
            s.SessionId, s.CreatedAt, s.SeenAt, s.ExpiresAt, s.Browser, s.SessionId == current, s.NetworkKey.AsSpan().SequenceEqual(networkKey)))]);

    public Task End(Guid adminId, Guid sessionId) => store.EndSession(adminId, sessionId);

    /// <summary>A session alone is not enough to keep an account: the old password and a new code are asked for.</summary>
    public async Task<Outcome<Nothing>> ChangePassword(AdminLogin me, AdminPasswordRequest request, byte[] networkKey)
    {
        if (Passwords.Read(request.New, me.Account.Email) is not { } chosen)
        {
            return CommonRefusals.InvalidArgument("new", "A password has 12 to 128 characters and is not the e-mail address.");
        }

        if (request is not { Current: { Length: > 0 and <= Passwords.MaxLength * 2 } current, Code: { } code })
        {
            return AdminRefusals.WrongCredentials;
        }

        var (key, account) = (await store.FindKey(me.Account.AdminId), AccountKey(me.Account.Email));
        var proof = await Prove(key, account, networkKey, isKnown: true, current, code);
        if (proof.No is { } no)
        {
            return no;
        }

        var hash = await passwords.Hash(chosen);
        return hash.No is { } full ? full
            : await store.SetPassword(me.Account.AdminId, hash.Value!, proof.Value, account, networkKey, me.SessionId) ? Nothing.Value
            : Failed(me.Account.AdminId, "a code that was used");
    }

    /// <summary>Password and code, in their turn and counted first. The time step of the code, which is not used up yet.</summary>
    private Task<Outcome<long>> Prove(AdminKey? key, byte[] accountKey, byte[] networkKey, bool isKnown, string password, string code) =>
        passwords.InTurn<long>(isKnown, async () =>
        {
            if (await store.Attempt(accountKey, networkKey, isKnown) is { } wait)
            {
                metrics.SignIn("wait");
                AdminLog.SignInWaits(logger, (int)Math.Ceiling(wait.TotalSeconds));
                return CommonRefusals.RateLimited.After(wait);
            }

            // Both are looked at in any case: how long it takes tells nothing.
            var isPassword = passwords.Verify(key?.PasswordHash, password);
            var step = key is null ? null : OneTimeCodes.Step(key.OtpKey, code.Replace(" ", "", StringComparison.Ordinal), time.GetUtcNow());
            return isPassword && step > key!.LastStep ? step.Value : Failed(key?.AdminId, key is null ? "no such account" : "password or code");
        });

    private Refusal Failed(Guid? adminId, string why)
    {
        metrics.SignIn("no");
        AdminLog.SignInFailed(logger, adminId, why);
        return AdminRefusals.WrongCredentials;
    }

    // A hash, because now and then somebody types the password where the address goes.
    private static byte[] AccountKey(string email) => SHA256.HashData(Encoding.UTF8.GetBytes(email))[..16];

    private static string Short(string? browser) =>
        new([.. (browser ?? "").Where(c => c is >= ' ' and < (char)127).Take(MaxBrowser)]);
}
