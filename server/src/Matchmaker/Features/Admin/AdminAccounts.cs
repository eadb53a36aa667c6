using Matchmaker.Features.Safety;
using Matchmaker.Platform.Http;
using Matchmaker.Platform.Refusals;

namespace Matchmaker.Features.Admin;

/// <summary>
/// The accounts of the console. Passwords and keys of authenticators are made here and shown once; nobody chooses the
/// first password of somebody else.
/// </summary>
internal sealed class AdminAccounts(IAdminStore store, Passwords passwords)
{
    /// <summary>Far more than moderate one service; so that the list has an end.</summary>
    public const int MaxAccounts = 1000;

    private const int MaxName = 40;

    public async Task<IReadOnlyList<AdminAccountView>> List() => [.. (await store.List()).Select(View)];

    /// <summary>By their ids, for pages that name who did something.</summary>
    public async Task<IReadOnlyDictionary<Guid, AdminName>> Names() =>
        (await store.List()).ToDictionary(a => a.AdminId, a => new AdminName(a.AdminId, a.Name));

    /// <param name="role">Null: admin for the very first account, else moderator.</param>
    /// <param name="actor">Null: the operator.</param>
    public async Task<Outcome<AdminSecret>> Create(string? email, string? name, AdminRole? role, Guid? actor)
    {
        if (!AdminEmail.TryRead(email, out var address))
        {
            return CommonRefusals.InvalidArgument("email", "That is no e-mail address.");
        }

        if (!PlainText.TryRead(name?.Trim() ?? AdminEmail.NameOf(address), MaxName, out var called))
        {
            return CommonRefusals.InvalidArgument("name", "A name has 1 to 40 visible characters on one line.");
        }

        role ??= (await store.List()).Count == 0 ? AdminRole.Admin : AdminRole.Moderator;
        var (password, key) = (Passwords.Create(), OneTimeCodes.NewKey());
        var hash = await passwords.Hash(password);
        if (hash.No is { } no)
        {
            return no;
        }

        var account = await store.Create(new NewAdmin(Guid.NewGuid(), address, called, role.Value, hash.Value!, key), actor);
        return account is null ? AdminRefusals.EmailTaken : new AdminSecret(View(account), password, OneTimeCodes.Address(address, key));
    }

    /// <summary>The operator's commands name an account by its address.</summary>
    public async Task<Outcome<AdminSecret>> Change(string? email, AdminChangeRequest request) =>
        AdminEmail.TryRead(email, out var address) && await store.Find(address) is { } account
            ? await Change(account.AdminId, request, actor: null)
            : CommonRefusals.NotFound;

    /// <param name="actor">Null: the operator. An admin cannot change their own role or disable themselves, so one is always left.</param>
    public async Task<Outcome<AdminSecret>> Change(Guid adminId, AdminChangeRequest request, Guid? actor)
    {
        if (adminId == actor && (request.Role is not null || request.Disabled is true))
        {
            return SafetyRefusals.Self;
        }

        string? name = null;
        if (request.Name is not null && !PlainText.TryRead(request.Name.Trim(), MaxName, out name))
        {
            return CommonRefusals.InvalidArgument("name", "A name has 1 to 40 visible characters on one line.");
        }

        if (request.Reset is not true)
        {
            var changed = await store.Change(adminId, new AdminChange(name, request.Role, request.Disabled), actor);
            return changed.No is { } no ? no : new AdminSecret(View(changed.Value!), Password: null, Otpauth: null);
        }

        var (password, key) = (Passwords.Create(), OneTimeCodes.NewKey());
        var hash = await passwords.Hash(password);
        if (hash.No is { } full)
        {
            return full;
        }

        var reset = await store.Change(adminId, new AdminChange(name, request.Role, request.Disabled, hash.Value, key), actor);
        return reset.No is { } refused
            ? refused
            : new AdminSecret(View(reset.Value!), password, OneTimeCodes.Address(reset.Value!.Email, key));
    }

    public static AdminAccountView View(AdminAccount a) =>
        new(a.AdminId, a.Email, a.Name, a.Role, a.CreatedAt, a.DisabledAt, a.SignedInAt);
}
